import { codePointEscape, type GrammarRules, literal } from './grammar-rules.ts'

/** Most characters of the names in total: each may become a rule. */
const MAX_NAME_UNITS = 1500
/** A control character that JSON has no letter for. Others need no number, so a name has one spelling. */
const CONTROL_ESCAPES = Array.from({ length: 0x20 }, (_, code) =>
  JSON.stringify(String.fromCharCode(code)).slice(1, -1),
)
const ESCAPES = ['\\"', '\\\\', ...CONTROL_ESCAPES]

type Node = { readonly children: Map<string, Node>; isName: boolean }

/**
 * The name of a rule for a JSON string other than the given names, which has one spelling for each character.
 *
 * @returns null for names with too many characters
 */
export function additionalPropertyKey(rules: GrammarRules, names: readonly string[]): string | null {
  const units = names.reduce((sum, name) => sum + name.length, 0)
  if (units > MAX_NAME_UNITS) return null
  const root: Node = { children: new Map(), isName: false }
  for (const name of names) insert(root, name)
  return rules.add(`"\\"" ${nodeRule(rules, root)}`)
}

function insert(root: Node, name: string): void {
  let node = root
  for (const character of name) {
    const written = JSON.stringify(character).slice(1, -1)
    const child = node.children.get(written) ?? { children: new Map(), isName: false }
    node.children.set(written, child)
    node = child
  }
  node.isName = true
}

/** A rule for what follows a prefix of names: more of a name, any other character, or the end if it is not a name. */
function nodeRule(rules: GrammarRules, node: Node): string {
  const rest = rules.add(`${keyCharacter(rules)}* "\\""`)
  const taken = new Set(node.children.keys())
  const alternatives = [...node.children].map(([next, child]) => `${literal(next)} ${nodeRule(rules, child)}`)
  const plain = [...taken].filter((next) => !next.startsWith('\\'))
  const others = plain.map((next) => codePointEscape(next.codePointAt(0) ?? 0)).join('')
  alternatives.push(`[^"\\\\\\x00-\\x1F${others}] ${rest}`)
  const escapes = ESCAPES.filter((written) => !taken.has(written))
  alternatives.push(`${escapes.length === ESCAPES.length ? escapeRule(rules) : anyOf(escapes)} ${rest}`)
  if (!node.isName) alternatives.push('"\\""')
  return rules.add(alternatives.join(' | '))
}

function keyCharacter(rules: GrammarRules): string {
  return rules.add(`[^"\\\\\\x00-\\x1F] | ${escapeRule(rules)}`)
}

function escapeRule(rules: GrammarRules): string {
  return rules.add(anyOf(ESCAPES))
}

function anyOf(texts: readonly string[]): string {
  return `( ${texts.map(literal).join(' | ')} )`
}

import { codePointEscape, type GrammarRules, literal } from './grammar-rules.ts'

/** For names with more characters in total any key is allowed, even a repeated one. */
const MAX_NAME_UNITS = 1500

type Node = { readonly children: Map<string, Node>; isName: boolean }

/** The name of a rule for a JSON string other than the given names. */
export function additionalPropertyKey(rules: GrammarRules, names: readonly string[]): string {
  const plain = names.filter((name) => JSON.stringify(name) === `"${name}"`)
  const units = plain.reduce((sum, name) => sum + name.length, 0)
  if (units === 0 || units > MAX_NAME_UNITS) return rules.primitive('string')
  const root: Node = { children: new Map(), isName: false }
  for (const name of plain) insert(root, name)
  return rules.add(`"\\"" ${nodeRule(rules, root)}`)
}

function insert(root: Node, name: string): void {
  let node = root
  for (const character of name) {
    const child = node.children.get(character) ?? { children: new Map(), isName: false }
    node.children.set(character, child)
    node = child
  }
  node.isName = true
}

/** A rule for what follows a prefix of names: more of a name, any other character, or the end if it is not a name. */
function nodeRule(rules: GrammarRules, node: Node): string {
  const character = rules.primitive('char')
  const taken = [...node.children.keys()]
  const alternatives = [...node.children].map(([next, child]) => `${literal(next)} ${nodeRule(rules, child)}`)
  const others = taken.map((next) => codePointEscape(next.codePointAt(0) ?? 0)).join('')
  alternatives.push(`[^"\\\\\\x00-\\x1F\\x7F${others}] ${character}* "\\""`)
  alternatives.push(`"\\\\" ( ["\\\\bfnrt] | "u" [0-9a-fA-F]{4} ) ${character}* "\\""`)
  if (!node.isName) alternatives.push('"\\""')
  return rules.add(alternatives.join(' | '))
}

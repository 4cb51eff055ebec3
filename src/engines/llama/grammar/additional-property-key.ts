import { codePointEscape, type GrammarRules, literal } from './grammar-rules.ts'

/** So many characters of names are looked at; beyond that any key may come, also one of them again. */
const MAX_NAME_UNITS = 1500

type Node = { readonly children: Map<string, Node>; isName: boolean }

/** The name of a rule for a JSON string that is none of the given names. */
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

/** What may follow the characters that lead to a node: more of a name, anything else, or the end if it is no name. */
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

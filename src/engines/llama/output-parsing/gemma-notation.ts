import { isJsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal, without } from '../grammar/grammar-rules.ts'
import { textExcluding } from '../grammar/text-excluding.ts'
import type { NotatedItems, NotatedMember, ValueNotation } from './notated-rules.ts'

const QUOTE = '<|"|>'
const KEY = '[a-zA-Z_$] [-a-zA-Z0-9_$.]{0,63}'

/** Gemma 4's: keys without quotes, in the order of the alphabet, and strings between quotes of its own. */
export const GEMMA_NOTATION: ValueNotation = {
  object: membersBody,
  array: itemsBody,
  string: (text) => `${literal(QUOTE)} ${without(text, QUOTE)} ${literal(QUOTE)}`,
  scalar: (json) => json,
  anyObject: (rules) => anyRules(rules).object,
  any: (rules) => anyRules(rules).value,
  isNullEmpty: false,
  write,
}

function itemsBody({ item, min, max }: NotatedItems): string {
  if (max === 0) return '"[" "]"'
  const all = `${item} ( "," ${item} ){${Math.max(0, min - 1)},${max === null ? '' : max - 1}}`
  return min === 0 ? `"[" ( ${all} )? "]"` : `"[" ${all} "]"`
}

/** Two chains of rules, from the last property back: before the first member, and after one. */
function membersBody(members: readonly NotatedMember[], rules: GrammarRules): string {
  let first = '"}"'
  let further = '"}"'
  for (const { name, value, isRequired } of members.toSorted(byName).reverse()) {
    const member = `${literal(`${name}:`)} ${value}`
    const next = rules.add(further)
    first = isRequired ? `${member} ${next}` : `${member} ${next} | ${rules.add(first)}`
    further = isRequired ? `"," ${member} ${next}` : `"," ${member} ${next} | ${next}`
  }
  return `"{" ( ${first} )`
}

function anyRules(rules: GrammarRules): { readonly object: string; readonly value: string } {
  const value = rules.once('a value of Gemma', () => {
    const name = rules.reserve()
    const string = `${literal(QUOTE)} ${textExcluding(rules, QUOTE)} ${literal(QUOTE)}`
    const scalars = ['number', 'boolean', 'null'].map((type) => rules.primitive(type)).join(' | ')
    rules.fill(
      name,
      `${objectBody(name)} | ${itemsBody({ item: name, min: 0, max: null })} | ${string} | ${scalars}`,
    )
    return name
  })
  return { object: objectBody(value), value }
}

function objectBody(value: string): string {
  const member = `${KEY} ":" ${value}`
  return `"{" ( ${member} ( "," ${member} )* )? "}"`
}

function write(value: unknown): string {
  if (typeof value === 'string') return `${QUOTE}${value}${QUOTE}`
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value ?? null)
  const members = Object.entries(value).map(([name, one]) => ({ name, text: `${name}:${write(one)}` }))
  return `{${members
    .toSorted(byName)
    .map(({ text }) => text)
    .join(',')}}`
}

/** As Jinja's `dictsort`, with which the template writes keys. */
function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  const [left, right] = [a.name.toLowerCase(), b.name.toLowerCase()]
  return left < right ? -1 : left > right ? 1 : 0
}

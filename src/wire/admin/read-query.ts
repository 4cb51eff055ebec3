import { invalidRequest } from '../body-schema.ts'
import type { AdminRules } from './admin-rules.ts'

/** Most values of one filter. @see the API's reference, "List Workspaces": `ids[]` */
export const MAX_FILTER_VALUES = 100

/** A filter's values, sent as `name[]=…` each. */
export function readValues(query: URLSearchParams, name: string): readonly string[] {
  const values = [...query.getAll(`${name}[]`), ...query.getAll(name)]
  if (values.length <= MAX_FILTER_VALUES) return values
  throw invalidRequest(`${name}: List should have at most ${MAX_FILTER_VALUES} items, not ${values.length}`)
}

/** The same where there are only some values; a lenient server lets others match nothing. */
export function readKnownValues(
  query: URLSearchParams,
  name: string,
  known: readonly string[],
  { lenientAccounts }: AdminRules,
): readonly string[] {
  const values = readValues(query, name)
  if (lenientAccounts) return values
  for (const [index, value] of values.entries()) {
    if (!known.includes(value)) throw notOneOf(`${name}.${index}`, known)
  }
  return values
}

/** One of some values; undefined where the query has none. */
export function readChoice<const Value extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Value[],
): Value | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const value = choices.find((choice) => choice === text)
  if (value === undefined) throw notOneOf(name, choices)
  return value
}

/** `true` or `false`; false where the query has neither. */
export function readFlag(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)?.toLowerCase()
  if (text === undefined || text === 'false' || text === '0') return false
  if (text === 'true' || text === '1') return true
  throw invalidRequest(`${name}: Input should be a valid boolean`)
}

/** The error of a value that is none of some. */
export function notOneOf(place: string, choices: readonly string[]): Error {
  const quoted = choices.map((choice) => `'${choice}'`)
  const list = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter((part) => part !== '')
  return invalidRequest(`${place}: Input should be ${list.join(' or ')}`)
}

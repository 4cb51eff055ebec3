import { invalidRequest } from '../body-schema.ts'

/** Most values of one filter. */
export const MAX_FILTER_VALUES = 1_000
/** How much of a wrong value is repeated to its sender. */
const MAX_QUOTED_UNITS = 256

/**
 * The values of a parameter that may have several: `name[]=a&name[]=b`, or the same without brackets.
 *
 * @throws CompletionError `invalid-request`
 */
export function readList(query: URLSearchParams, name: string): string[] {
  const values = [...query.getAll(`${name}[]`), ...query.getAll(name)]
  if (values.length > MAX_FILTER_VALUES)
    throw invalidRequest(`${name}: List should have at most ${MAX_FILTER_VALUES} items, not ${values.length}`)
  return [...new Set(values)]
}

/** The values of a parameter whose values are known. */
export function readChoices<const Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice[] {
  return readList(query, name).map((value, index) => checkChoice(value, `${name}.${index}`, choices))
}

/** One of some values. */
export function readChoice<const Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice | null {
  const value = query.get(name)
  return value === null ? null : checkChoice(value, name, choices)
}

/** A number of rows or buckets. */
export function readLimit(
  query: URLSearchParams,
  { standard, max }: { readonly standard: number; readonly max: number },
): number {
  const text = query.get('limit')
  if (text === null) return standard
  if (!/^[+-]?\d{1,15}$/.test(text)) throw invalidRequest('limit: Input should be a valid integer')
  const limit = Number(text)
  if (limit < 1 || limit > max)
    throw invalidRequest(`The limit parameter must be between 1 and ${max}, inclusive. Got ${limit}.`)
  return limit
}

/** Where a plus sign was not escaped, a query has a space. */
const RFC_3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:[Zz]|([+\- ])(\d\d:\d\d))$/

/** A time in milliseconds; null where there is none. */
export function readTime(query: URLSearchParams, name: string): number | null {
  const text = query.get(name)
  if (text === null) return null
  const time = parseTime(text)
  if (time !== null) return time
  throw invalidRequest(
    `The \`${name}\` parameter contains an invalid timestamp format. Timestamps must be provided in RFC 3339 format e.g., "2024-03-01T00:00:00Z". Got "${text.slice(0, MAX_QUOTED_UNITS)}".`,
  )
}

/** A time that must be there. */
export function requireTime(query: URLSearchParams, name: string): number {
  const time = readTime(query, name)
  if (time === null) throw invalidRequest(`${name}: Field required`)
  return time
}

/** `true`, as clients write it. */
export function readBoolean(query: URLSearchParams, name: string): boolean {
  const text = query.get(name)?.toLowerCase()
  if (text === undefined || text === 'false' || text === '0') return false
  if (text === 'true' || text === '1') return true
  throw invalidRequest(`${name}: Input should be a valid boolean, unable to interpret input`)
}

function parseTime(text: string): number | null {
  const [, date, time, sign, offset] = RFC_3339.exec(text) ?? []
  if (date === undefined) return null
  const day = Date.parse(`${date}T00:00:00Z`)
  const ms = Date.parse(`${date}T${time}${offset === undefined ? 'Z' : (sign === '-' ? '-' : '+') + offset}`)
  // A day that its month does not have would be one of the next month.
  return Number.isNaN(ms) || !new Date(day).toISOString().startsWith(date) ? null : ms
}

function checkChoice<Choice extends string>(value: string, name: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === value)
  if (choice !== undefined) return choice
  const quoted = choices.map((known) => `'${known}'`)
  const list = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter((part) => part !== '').join(' or ')
  throw invalidRequest(`${name}: Input should be ${list}`)
}

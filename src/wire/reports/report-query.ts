import { notOneOf, readValues } from '../admin/read-query.ts'
import { invalidRequest } from '../body-schema.ts'

/** How much of a wrong value is repeated to its sender. */
const MAX_QUOTED_UNITS = 256

/** The values of a parameter, sent as `name[]=…` each, whose values are known. */
export function readChoices<const Choice extends string>(
  query: URLSearchParams,
  name: string,
  choices: readonly Choice[],
): Choice[] {
  const values = readValues(query, name).map((value, index) => {
    const choice = choices.find((known) => known === value)
    if (choice === undefined) throw notOneOf(`${name}.${index}`, choices)
    return choice
  })
  return [...new Set(values)]
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
  throw timestampError(name, text)
}

/** The error of a text that is no time. */
export function timestampError(name: string, text: string): Error {
  return invalidRequest(
    `The \`${name}\` parameter contains an invalid timestamp format. Timestamps must be provided in RFC 3339 format e.g., "2024-03-01T00:00:00Z". Got "${text.slice(0, MAX_QUOTED_UNITS)}".`,
  )
}

/** A time that must be there. */
export function requireTime(query: URLSearchParams, name: string): number {
  const time = readTime(query, name)
  if (time === null) throw invalidRequest(`${name}: Field required`)
  return time
}

/** A time in milliseconds; null for a text that is none. */
export function parseTime(text: string): number | null {
  const [, date, time, sign, offset] = RFC_3339.exec(text) ?? []
  if (date === undefined) return null
  const day = Date.parse(`${date}T00:00:00Z`)
  const ms = Date.parse(`${date}T${time}${offset === undefined ? 'Z' : (sign === '-' ? '-' : '+') + offset}`)
  // A day that its month does not have would be one of the next month.
  return Number.isNaN(ms) || !new Date(day).toISOString().startsWith(date) ? null : ms
}

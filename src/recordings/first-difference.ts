import { isJsonObject } from '../util/json-object.ts'
import { sortedJson } from './sorted-json.ts'

/** Most code units of a value that are shown, and how many of them precede the difference. */
const SHOWN_UNITS = 60
const SHOWN_BEFORE = 20
/** Deeper values are compared as a whole. */
const MAX_DEPTH = 100

/** The first place where two values of JSON differ, in the order of sorted names, as a sentence without its end; null for none. */
export function firstDifference(recorded: unknown, asked: unknown, place = '', depth = 0): string | null {
  if (recorded === asked) return null
  const mayGoDeeper = depth < MAX_DEPTH
  if (mayGoDeeper && Array.isArray(recorded) && Array.isArray(asked)) {
    const names = Array.from({ length: Math.max(recorded.length, asked.length) }, (_, index) => String(index))
    return firstOf(names, recorded, asked, place, depth)
  }
  if (mayGoDeeper && isJsonObject(recorded) && isJsonObject(asked)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(asked)])].sort()
    return firstOf(names, recorded, asked, place, depth)
  }
  const isBothDeep =
    typeof recorded === 'object' && typeof asked === 'object' && recorded !== null && asked !== null
  if (isBothDeep && sortedJson(recorded) === sortedJson(asked)) return null
  return describe(recorded, asked, place)
}

function firstOf(
  names: readonly string[],
  recorded: object,
  asked: object,
  place: string,
  depth: number,
): string | null {
  const membersOf = (value: object) => value as Readonly<Record<string, unknown>>
  for (const name of names) {
    const at = joined(place, name)
    const found = firstDifference(membersOf(recorded)[name], membersOf(asked)[name], at, depth + 1)
    if (found !== null) return found
  }
  return null
}

function joined(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`
}

function describe(recorded: unknown, asked: unknown, place: string): string {
  if (typeof recorded === 'string' && typeof asked === 'string') {
    const at = commonUnits(recorded, asked)
    return `${place} differs at character ${at + 1}: recorded "${around(recorded, at)}", sent "${around(asked, at)}"`
  }
  if (recorded === undefined) return `${place} was not there, but now is "${shown(asked)}"`
  if (asked === undefined) return `${place} was "${shown(recorded)}", but now is missing`
  return `${place} differs: recorded "${shown(recorded)}", sent "${shown(asked)}"`
}

function around(text: string, at: number): string {
  const start = Math.max(0, at - SHOWN_BEFORE)
  const end = start + SHOWN_UNITS
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`
}

function shown(value: unknown): string {
  return around(typeof value === 'string' ? value : sortedJson(value), 0)
}

/** How many code units two texts have in common at their start. */
export function commonUnits(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let units = 0
  while (units < length && a.charCodeAt(units) === b.charCodeAt(units)) units += 1
  return units
}

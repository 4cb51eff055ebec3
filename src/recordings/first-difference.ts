import { isJsonObject } from '../util/json-object.ts'
import { sortedJson } from './sorted-json.ts'

/** Most code units of a value that are shown, and how many of them precede the difference. */
const SHOWN_UNITS = 60
const SHOWN_BEFORE = 20
/** Deeper values are compared as a whole. */
const MAX_DEPTH = 100

/** The first place where two values of JSON differ, in the order of sorted names, as a sentence without its end; null for none. */
export function firstDifference(recorded: unknown, asked: unknown, place = '', depth = 0): string | null {
  if (sameJson(recorded, asked)) return null
  if (depth < MAX_DEPTH && Array.isArray(recorded) && Array.isArray(asked)) {
    const length = Math.max(recorded.length, asked.length)
    for (let index = 0; index < length; index++) {
      const found = firstDifference(recorded[index], asked[index], joined(place, String(index)), depth + 1)
      if (found !== null) return found
    }
  }
  if (depth < MAX_DEPTH && isJsonObject(recorded) && isJsonObject(asked)) {
    for (const name of [...new Set([...Object.keys(recorded), ...Object.keys(asked)])].sort()) {
      const found = firstDifference(recorded[name], asked[name], joined(place, name), depth + 1)
      if (found !== null) return found
    }
  }
  return describe(recorded, asked, place)
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

function sameJson(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b
  return a === b || sortedJson(a) === sortedJson(b)
}

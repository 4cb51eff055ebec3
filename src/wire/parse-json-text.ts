import type { WorkSlices } from '../util/work-slices.ts'
import { findJsonDefect } from './json-defect.ts'
import { JsonDefectError } from './json-defect-error.ts'
import { JsonReader } from './json-reader.ts'

/** What reading a body costs others, and who sees to it. */
export interface BodyCosts {
  /** The time that it takes in the event loop. */
  readonly slices: WorkSlices
  /** Called with the members of the body's JSON before they fill memory; what it throws ends the reading. */
  readonly holdMembers: (count: number) => void
}

/** How deep arrays and objects of a body may nest. The API's own bodies need ten; schemas of tools more. */
export const MAX_JSON_DEPTH = 64
/** Most commas and opening brackets of a body: what its values take in memory is bounded by. */
export const MAX_JSON_MEMBERS = 2_000_000
/** Most keys of a body. The API allows 100,000 messages, and each has four with a block of text in it. */
export const MAX_JSON_KEYS = 500_000
/** Most keys of one object: the largest are schemas and inputs of tools, of which a model writes and reads far less. */
export const MAX_KEYS_OF_OBJECT = 100_000
/** Texts up to this length are read in one go: it takes a few milliseconds at most. */
export const MAX_UNITS_IN_ONE_GO = 128 * 1024

const LIMITS = {
  maxDepth: MAX_JSON_DEPTH,
  maxMembers: MAX_JSON_MEMBERS,
  maxKeys: MAX_JSON_KEYS,
  maxKeysOfObject: MAX_KEYS_OF_OBJECT,
}
/** How much of a text is read between two looks at the clock, in code units. */
const UNITS_BETWEEN_LOOKS = 16_384

/**
 * Reads JSON that a caller sent, a long text in slices. Of a key that comes twice the last counts.
 *
 * @throws JsonDefectError; what `costs.holdMembers` throws
 */
export async function parseJsonText(text: string, costs: BodyCosts): Promise<unknown> {
  return text.length <= MAX_UNITS_IN_ONE_GO ? parseInOneGo(text, costs) : parseInSlices(text, costs)
}

async function parseInSlices(text: string, { slices, holdMembers }: BodyCosts): Promise<unknown> {
  const reader = new JsonReader(text, LIMITS)
  let heldMembers = 0
  for (;;) {
    const isAtEnd = reader.advance(UNITS_BETWEEN_LOOKS)
    holdMembers(reader.members - heldMembers)
    heldMembers = reader.members
    if (isAtEnd) return reader.value
    if (slices.isOver) await slices.next()
  }
}

/** @throws JsonDefectError */
function parseInOneGo(text: string, { holdMembers }: BodyCosts): unknown {
  holdMembers(countMembers(text))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a prompt: it goes nowhere.
    const defect = findJsonDefect(text)
    throw new JsonDefectError(defect?.reason ?? 'unexpected character', defect?.index ?? 0)
  }
  // JSON.parse takes half a surrogate pair; the API does not. Looking closer is only worth it where there is one.
  const defect = /\\u[dD][89a-fA-F]/.test(text) ? findJsonDefect(text) : null
  if (defect !== null) throw new JsonDefectError(defect.reason, defect.index)
  return value
}

/**
 * How many commas and opening brackets a short text holds. Strings are stepped over, whatever they hold.
 *
 * @throws JsonDefectError when it is nested too deep
 */
export function countMembers(text: string): number {
  let depth = 0
  let members = 0
  for (let index = 0; index < text.length; index++) {
    switch (text.charAt(index)) {
      case '"':
        index = closingQuote(text, index)
        break
      case '{':
      case '[':
        depth += 1
        members += 1
        if (depth > MAX_JSON_DEPTH) {
          throw new JsonDefectError(`nested deeper than ${MAX_JSON_DEPTH} levels`, index)
        }
        break
      case '}':
      case ']':
        depth -= 1
        break
      case ',':
        members += 1
        break
    }
  }
  return members
}

/** The index of the quote that closes a string, or the end of the text. */
function closingQuote(text: string, openingQuote: number): number {
  let quote = text.indexOf('"', openingQuote + 1)
  while (quote !== -1) {
    let backslashes = 0
    while (text.charAt(quote - 1 - backslashes) === '\\') backslashes += 1
    if (backslashes % 2 === 0) return quote
    quote = text.indexOf('"', quote + 1)
  }
  return text.length
}

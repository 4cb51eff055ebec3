import { isUtf8 } from 'node:buffer'
import type { WorkSlices } from '../util/work-slices.ts'
import { ApiError } from './api-error.ts'
import type { BodyCosts } from './body-costs.ts'
import { decodeSlicedUtf8, firstInvalidIndex } from './decode-sliced-utf8.ts'
import { findJsonDefect, type JsonDefect } from './json-defect.ts'
import { JsonDefectError } from './json-defect-error.ts'
import { JsonReader } from './json-reader.ts'

/** How deep arrays and objects of a body may nest. The API's own bodies need ten; schemas of tools more. */
export const MAX_JSON_DEPTH = 64
/** Most commas and opening brackets of a body: what its values take in memory is bounded by. */
export const MAX_JSON_MEMBERS = 2_000_000
/**
 * Most keys of a body: so many different ones are as much as objects can have at all without a search for each. The API
 * allows 100,000 messages, and each has two.
 */
export const MAX_JSON_KEYS = 250_000
/** Bodies up to this size are read in one go: it takes a few milliseconds at most. */
export const MAX_BYTES_IN_ONE_GO = 128 * 1024

const LIMITS = { maxDepth: MAX_JSON_DEPTH, maxMembers: MAX_JSON_MEMBERS, maxKeys: MAX_JSON_KEYS }
/** How much of a body is read between two looks at the clock, in code units. */
const UNITS_BETWEEN_LOOKS = 16_384

/**
 * Reads a request body, a large one in slices. Of a key that comes twice the last counts; a byte order mark is skipped.
 *
 * @throws ApiError `malformed-json` for everything that is not one JSON object in UTF-8, with reason and place; what
 *   `costs.holdMembers` throws
 */
export async function parseJsonBody(bytes: Uint8Array, costs: BodyCosts): Promise<object> {
  const { slices } = costs
  if (!isUtf8(bytes)) throw await invalidUtf8(bytes, slices)
  const text = await decodeSlicedUtf8(bytes, slices)
  try {
    const isShort = bytes.length <= MAX_BYTES_IN_ONE_GO
    const value = isShort ? parseInOneGo(text, costs) : await parseInSlices(text, costs)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    if (!(error instanceof JsonDefectError)) throw error
    throw await malformedJson(error, text, slices)
  }
  throw await malformedJson({ reason: 'expected an object', index: 0 }, text, slices)
}

async function invalidUtf8(bytes: Uint8Array, slices: WorkSlices): Promise<ApiError> {
  const validText = await decodeSlicedUtf8(bytes.subarray(0, firstInvalidIndex(bytes)), slices)
  return malformedJson({ reason: 'invalid UTF-8 encoding', index: validText.length }, validText, slices)
}

async function parseInSlices(text: string, { slices, holdMembers }: BodyCosts): Promise<unknown> {
  const reader = new JsonReader(text, LIMITS)
  let heldMembers = 0
  for (;;) {
    const isAtEnd = readOn(reader, text)
    holdMembers(reader.members - heldMembers)
    heldMembers = reader.members
    if (isAtEnd) return reader.value
    if (slices.isOver) await slices.next()
  }
}

/** @throws JsonDefectError */
function readOn(reader: JsonReader, text: string): boolean {
  try {
    return reader.advance(UNITS_BETWEEN_LOOKS)
  } catch (error) {
    throw text.trim() === '' ? new JsonDefectError(NOTHING, 0) : error
  }
}

const NOTHING = 'input is a zero-length, empty document'

/** @throws JsonDefectError */
function parseInOneGo(text: string, { holdMembers }: BodyCosts): unknown {
  holdMembers(countMembers(text))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a prompt: it goes nowhere.
    const defect = text.trim() === '' ? { reason: NOTHING, index: 0 } : findJsonDefect(text)
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
function countMembers(text: string): number {
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

/** @see the real API's texts: `…: unexpected control character in string: line 1 column 2379 (char 2378)` */
async function malformedJson(
  { reason, index }: JsonDefect,
  text: string,
  slices: WorkSlices,
): Promise<ApiError> {
  let [line, characters, lineStart] = [1, 0, 0]
  for (let at = 0; at < index; at++) {
    const unit = text.charCodeAt(at)
    // The second half of a pair is no character of its own.
    if ((unit & 0xfc00) !== 0xdc00) characters += 1
    if (unit === 0x0a) {
      line += 1
      lineStart = characters
    }
    if (at % UNITS_BETWEEN_LOOKS === 0 && slices.isOver) await slices.next()
  }
  const place = `line ${line} column ${characters - lineStart + 1} (char ${characters})`
  return new ApiError('malformed-json', `The request body is not valid JSON: ${reason}: ${place}`)
}

import { isUtf8 } from 'node:buffer'
import { isJsonObject } from '../util/json-object.ts'
import type { WorkSlices } from '../util/work-slices.ts'
import { ApiError } from './api-error.ts'
import { decodeSlicedUtf8, firstInvalidIndex } from './decode-sliced-utf8.ts'
import type { JsonDefect } from './json-defect.ts'
import { JsonDefectError } from './json-defect-error.ts'
import type { BodyCosts } from './parse-json-text.ts'
import { parseJsonText } from './parse-json-text.ts'

const NOTHING: JsonDefect = { reason: 'input is a zero-length, empty document', index: 0 }
/** How much of a text is looked at between two looks at the clock, in code units. */
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
    const value = await parseJsonText(text, costs)
    if (isJsonObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonDefectError)) throw error
    throw await malformedJson(text.trim() === '' ? NOTHING : error, text, slices)
  }
  throw await malformedJson({ reason: 'expected an object', index: 0 }, text, slices)
}

async function invalidUtf8(bytes: Uint8Array, slices: WorkSlices): Promise<ApiError> {
  const validText = await decodeSlicedUtf8(bytes.subarray(0, firstInvalidIndex(bytes)), slices)
  return malformedJson({ reason: 'invalid UTF-8 encoding', index: validText.length }, validText, slices)
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

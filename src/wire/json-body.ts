import { ApiError } from './api-error.ts'
import { findJsonDefect, type JsonDefect } from './json-defect.ts'

/** How deep arrays and objects of a body may nest. The API's own bodies need ten; schemas of tools more. */
export const MAX_JSON_DEPTH = 64
/**
 * Most commas and opening brackets of a body. `JSON.parse` needs seconds and a gigabyte for 32 MB of brackets
 * (measured: 4.7 s); up to here it needs a few hundred milliseconds at most.
 */
export const MAX_JSON_MEMBERS = 2_000_000
/**
 * Most keys of a body, for the same reason: so many different ones take a few hundred milliseconds. The API allows
 * 100,000 messages, and each has two.
 */
export const MAX_JSON_KEYS = 250_000

/**
 * Reads a request body. Of a key that comes twice the last counts; a byte order mark is skipped.
 *
 * @throws ApiError `malformed-json` for everything that is not one JSON object in UTF-8, with reason and place
 */
export function parseJsonBody(bytes: Uint8Array): object {
  const text = decodeUtf8(bytes)
  const tooMuch = findExcess(text)
  if (tooMuch !== null) throw malformedJson(tooMuch, text)
  if (text.trim() === '') {
    throw malformedJson({ reason: 'input is a zero-length, empty document', index: 0 }, text)
  }
  const value = parseStrictly(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformedJson({ reason: 'expected an object', index: 0 }, text)
  }
  return value
}

/** To make one takes longer than to read a short body with it. */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes)
  } catch {
    const repaired = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    const index = validPrefixLength(bytes, repaired)
    throw malformedJson({ reason: 'invalid UTF-8 encoding', index }, repaired)
  }
}

/** How many code units of a text, in which broken bytes were replaced, stand before the first replacement. */
function validPrefixLength(bytes: Uint8Array, repaired: string): number {
  const encoded = new TextEncoder().encode(repaired)
  const firstDifference = encoded.findIndex((byte, index) => byte !== bytes[index])
  const prefix = encoded.subarray(0, Math.max(0, firstDifference))
  // The replacement character may share its first byte with what it replaced; half of it is no character.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(prefix, { stream: true }).length
}

/** Where a text holds more structure than a body may, or null. Strings are stepped over, whatever they hold. */
function findExcess(text: string): JsonDefect | null {
  let depth = 0
  let members = 0
  let keys = 0
  for (let index = 0; index < text.length; index++) {
    switch (text.charAt(index)) {
      case '"':
        index = closingQuote(text, index)
        break
      case '{':
      case '[':
        depth += 1
        members += 1
        if (depth > MAX_JSON_DEPTH) return { reason: `nested deeper than ${MAX_JSON_DEPTH} levels`, index }
        break
      case '}':
      case ']':
        depth -= 1
        break
      case ',':
        members += 1
        break
      case ':':
        keys += 1
        break
    }
    if (keys > MAX_JSON_KEYS) return { reason: `more than ${MAX_JSON_KEYS} keys`, index }
    if (members > MAX_JSON_MEMBERS) return { reason: `more than ${MAX_JSON_MEMBERS} members`, index }
  }
  return null
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

function parseStrictly(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a prompt: it goes nowhere.
    const defect = findJsonDefect(text) ?? { reason: 'unexpected character', index: 0 }
    throw malformedJson(defect, text)
  }
  // JSON.parse takes half a surrogate pair; the API does not. Looking closer is only worth it where there is one.
  const defect = /\\u[dD][89a-fA-F]/.test(text) ? findJsonDefect(text) : null
  if (defect !== null) throw malformedJson(defect, text)
  return value
}

/** @see the real API's texts: `…: unexpected control character in string: line 1 column 2379 (char 2378)` */
function malformedJson({ reason, index }: JsonDefect, text: string): ApiError {
  const before = text.slice(0, index)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = lineEndCount(before) + 1
  const column = characterCount(before.slice(lineStart)) + 1
  const place = `line ${line} column ${column} (char ${characterCount(before)})`
  return new ApiError('malformed-json', `The request body is not valid JSON: ${reason}: ${place}`)
}

/** Counted in place: a body may be thirty million line ends, and a list of the lines would be half a gigabyte. */
function lineEndCount(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

function characterCount(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length; index++) {
    // A pair is two code units and one character.
    if ((text.charCodeAt(index) & 0xfc00) === 0xdc00) count -= 1
  }
  return count
}

import type { TokenTexts } from './token-texts.ts'

/** Bytes that never occur in UTF-8. */
const NO_BYTES: ReadonlySet<number> = new Set([
  0xc0,
  0xc1,
  ...Array.from({ length: 11 }, (_, index) => 0xf5 + index),
])
/** White space need not be a token. */
const FIRST_VISIBLE_BYTE = 0x21

/**
 * The most bytes of a text that one token can stand for. Null if the vocabulary lacks a token for some byte: a tokenizer
 * may drop such characters, so the number of tokens bounds nothing.
 *
 * @param size the number of tokens
 */
export function longestTokenBytes(texts: TokenTexts, size: number): number | null {
  const single = new Set<number>()
  let longest = 0
  for (let token = 0; token < size; token++) {
    const bytes = bytesOf(texts, token)
    if (bytes.length === 1) single.add(bytes[0] ?? 0)
    longest = Math.max(longest, bytes.length)
  }
  for (let byte = FIRST_VISIBLE_BYTE; byte < 0x100; byte++) {
    if (byte !== 0x7f && !NO_BYTES.has(byte) && !single.has(byte)) return null
  }
  return longest
}

function bytesOf(texts: TokenTexts, token: number): Uint8Array {
  const partial = texts.bytesOf(token)
  if (partial !== undefined) return partial
  let text = ''
  for (let index = texts.startOf(token); index < texts.endOf(token); index++) {
    text += String.fromCodePoint(texts.codePointAt(index))
  }
  return Buffer.from(text)
}

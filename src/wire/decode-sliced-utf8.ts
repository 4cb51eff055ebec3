import { isUtf8 } from 'node:buffer'
import type { WorkSlices } from '../util/work-slices.ts'

/** How many bytes are decoded between two looks at the clock: it takes a millisecond. */
const BYTES_BETWEEN_LOOKS = 1024 * 1024
/** Most bytes of a character after its first. */
const MAX_FURTHER_BYTES = 3

/** Decodes valid UTF-8, in slices where it is long. A byte order mark is skipped. */
export async function decodeSlicedUtf8(bytes: Uint8Array, slices: WorkSlices): Promise<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0
  if (buffer.length <= BYTES_BETWEEN_LOOKS) return buffer.toString('utf8', start)
  const pieces: string[] = []
  for (let from = start; from < buffer.length; ) {
    const to = characterStart(buffer, from + BYTES_BETWEEN_LOOKS)
    pieces.push(buffer.toString('utf8', from, to))
    from = to
    if (slices.isOver) await slices.next()
  }
  return pieces.join('')
}

/** Where in bytes that are no UTF-8 the first begins that is no part of a character. */
export function firstInvalidIndex(bytes: Uint8Array): number {
  // What is valid up to some place is valid up to every character before it.
  let [valid, invalid] = [0, bytes.length]
  while (invalid - valid > MAX_FURTHER_BYTES + 1) {
    const middle = characterStart(bytes, (valid + invalid) >>> 1)
    if (middle <= valid) break
    if (isUtf8(bytes.subarray(valid, middle))) valid = middle
    else invalid = middle
  }
  // A character may be cut at the end.
  for (let to = Math.min(invalid, bytes.length); to > valid; to--) {
    if (isUtf8(bytes.subarray(valid, to))) return to
  }
  return valid
}

/** The first byte of the character that stands at an index; the index itself where there is none. */
function characterStart(bytes: Uint8Array, index: number): number {
  for (let start = index; start > index - MAX_FURTHER_BYTES - 1 && start > 0; start--) {
    if (((bytes[start] ?? 0) & 0xc0) !== 0x80) return start
  }
  return index
}

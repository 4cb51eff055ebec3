import type { TokenPiece } from './vocabulary.ts'

const NO_BYTES = new Uint8Array(0)

/**
 * Turns pieces into text and keeps the bytes of an unfinished character back until the rest of it is there. Bytes
 * that can never become a character show as U+FFFD.
 */
export class Detokenizer {
  #unfinished: Uint8Array = NO_BYTES

  /** The text that is complete with this piece; empty if none is. */
  push(piece: TokenPiece): string {
    if (this.#unfinished.length === 0 && typeof piece === 'string') return piece
    const bytes = Buffer.concat([this.#unfinished, Buffer.from(piece)])
    const complete = bytes.length - unfinishedBytes(bytes)
    this.#unfinished = bytes.subarray(complete)
    return bytes.toString('utf8', 0, complete)
  }
}

/** How many bytes at the end begin a UTF-8 character without finishing it: 0 to 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < characterBytes(byte) ? back : 0
  }
  return 0
}

function characterBytes(firstByte: number): number {
  if (firstByte >= 0xf0) return 4
  return firstByte >= 0xe0 ? 3 : 2
}

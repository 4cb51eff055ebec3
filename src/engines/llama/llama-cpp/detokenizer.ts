import type { TokenPiece } from './vocabulary.ts'

const NO_BYTES = new Uint8Array(0)

/**
 * Turns pieces into text. Bytes of an unfinished character are held until the rest of it arrives; bytes that cannot become
 * a character turn into U+FFFD.
 */
export class Detokenizer {
  #unfinished: Uint8Array = NO_BYTES

  /** The text that this piece completes; may be empty. */
  push(piece: TokenPiece): string {
    if (this.#unfinished.length === 0 && typeof piece === 'string') return piece
    const bytes = Buffer.concat([this.#unfinished, Buffer.from(piece)])
    const complete = bytes.length - unfinishedBytes(bytes)
    this.#unfinished = bytes.subarray(complete)
    return bytes.toString('utf8', 0, complete)
  }
}

/** The length of an unfinished UTF-8 character at the end: 0 to 3 bytes. */
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

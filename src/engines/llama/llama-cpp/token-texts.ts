/** The texts of all tokens of a vocabulary, as code points, one after the other. */
export class TokenTexts {
  readonly #codePoints: Int32Array
  /** Where the text of each token begins, and where the last one ends. */
  readonly #starts: Int32Array
  /** The bytes of tokens that hold parts of characters. */
  readonly #bytes: ReadonlyMap<number, Uint8Array>

  /** @param bytesOf returns the bytes of a token; may reuse its buffer */
  constructor(count: number, bytesOf: (token: number) => Uint8Array) {
    const codePoints: number[] = []
    const bytes = new Map<number, Uint8Array>()
    this.#starts = new Int32Array(count + 1)
    for (let token = 0; token < count; token++) {
      const piece = bytesOf(token)
      if (!decodeInto(codePoints, piece)) bytes.set(token, Uint8Array.from(piece))
      this.#starts[token + 1] = codePoints.length
    }
    this.#codePoints = Int32Array.from(codePoints)
    this.#bytes = bytes
  }

  startOf(token: number): number {
    return this.#starts[token] ?? 0
  }

  endOf(token: number): number {
    return this.#starts[token + 1] ?? 0
  }

  codePointAt(index: number): number {
    return this.#codePoints[index] ?? 0
  }

  /** The bytes of a token that is not made of whole characters; undefined for any other. */
  bytesOf(token: number): Uint8Array | undefined {
    return this.#bytes.get(token)
  }
}

/** Appends the characters of a text; returns false, unchanged, if it does not consist of whole characters. */
function decodeInto(codePoints: number[], bytes: Uint8Array): boolean {
  const from = codePoints.length
  let partial = NO_PARTIAL
  for (const byte of bytes) {
    const next = withByte(partial, byte)
    if (next === null) {
      codePoints.length = from
      return false
    }
    partial = next
    if (partial.missingBytes === 0) codePoints.push(partial.bits)
  }
  if (partial.missingBytes > 0) codePoints.length = from
  return partial.missingBytes === 0
}

/** A UTF-8 character of which the first bytes are known. */
export interface PartialCharacter {
  /** The bits of the known bytes. */
  readonly bits: number
  /** 0 for a whole character. */
  readonly missingBytes: number
  /** The lowest character that is encoded in as many bytes. */
  readonly least: number
}

export const NO_PARTIAL: PartialCharacter = { bits: 0, missingBytes: 0, least: 0 }

/** The character with one more byte, or the start of the next one; null if the byte is invalid here. */
export function withByte(
  { bits, missingBytes, least }: PartialCharacter,
  byte: number,
): PartialCharacter | null {
  if (missingBytes > 0) {
    if (byte >> 6 !== 2) return null
    const more = { bits: (bits << 6) | (byte & 0x3f), missingBytes: missingBytes - 1, least }
    return more.missingBytes === 0 && more.bits < least ? null : more
  }
  if (byte < 0x80) return { bits: byte, missingBytes: 0, least: 0 }
  if (byte >= 0xc2 && byte < 0xe0) return { bits: byte & 0x1f, missingBytes: 1, least: 0x80 }
  if (byte >= 0xe0 && byte < 0xf0) return { bits: byte & 0x0f, missingBytes: 2, least: 0x800 }
  return byte >= 0xf0 && byte < 0xf5 ? { bits: byte & 0x07, missingBytes: 3, least: 0x10000 } : null
}

/** The characters that it may become. */
export function rangeOf({
  bits,
  missingBytes,
  least,
}: PartialCharacter): readonly [first: number, last: number] {
  const first = bits << (6 * missingBytes)
  return [Math.max(first, least), first + 2 ** (6 * missingBytes) - 1]
}

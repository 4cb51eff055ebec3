import { JsonDefectError } from './json-defect-error.ts'

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
/** What may follow a backslash and needs nothing more. */
const SIMPLE_ESCAPES: ReadonlySet<number> = new Set(Array.from('"\\/bfnrt', (c) => c.charCodeAt(0)))

/** Reads one string of a JSON text, as far as it is asked to at a time. */
export class JsonStringReader {
  readonly #text: string
  readonly #openedAt: number
  #at: number
  /** Where that begins which is not in the pieces yet. */
  #pieceFrom: number
  #hasEscape = false
  readonly #pieces: string[] = []

  /** @param openedAt where its opening quote stands */
  constructor(text: string, openedAt: number) {
    this.#text = text
    this.#openedAt = openedAt
    this.#at = openedAt + 1
    this.#pieceFrom = this.#at
  }

  /** Up to where it was read. */
  get at(): number {
    return this.#at
  }

  /** What it says, once it was read to its closing quote. */
  get value(): string {
    return this.#pieces.length === 1 ? (this.#pieces[0] ?? '') : this.#pieces.join('')
  }

  /**
   * Reads on.
   *
   * @returns whether it is whole
   * @throws JsonDefectError
   */
  advance(to: number): boolean {
    const text = this.#text
    let at = this.#at
    while (at < to) {
      const unit = text.charCodeAt(at)
      if (unit === QUOTE) {
        this.#endPiece(at)
        this.#at = at + 1
        return true
      }
      if (unit === BACKSLASH) {
        at = this.#afterEscape(at)
        this.#hasEscape = true
      } else if (unit >= 0x20) at += 1
      else if (unit < 0x20) throw new JsonDefectError('unexpected control character in string', at)
      else throw new JsonDefectError('unclosed string', this.#openedAt)
    }
    this.#at = at
    // To read many escapes takes as long as to find them.
    if (this.#hasEscape) this.#endPiece(at)
    return false
  }

  #endPiece(at: number): void {
    const literal = this.#text.slice(this.#pieceFrom, at)
    this.#pieces.push(this.#hasEscape ? (JSON.parse(`"${literal}"`) as string) : literal)
    this.#pieceFrom = at
    this.#hasEscape = false
  }

  #afterEscape(at: number): number {
    if (SIMPLE_ESCAPES.has(this.#text.charCodeAt(at + 1))) return at + 2
    const codeUnit = this.#escapedUnit(at)
    if (codeUnit < 0xd800 || codeUnit > 0xdfff) return at + 6
    if (codeUnit >= 0xdc00) throw new JsonDefectError('invalid high surrogate in string', at)
    const lowAt = at + 6
    if (!this.#text.startsWith('\\u', lowAt)) throw new JsonDefectError('no low surrogate in string', lowAt)
    const low = this.#escapedUnit(lowAt)
    if (low >= 0xdc00 && low <= 0xdfff) return lowAt + 6
    throw new JsonDefectError('invalid low surrogate in string', lowAt)
  }

  /** The code unit of an escape with four digits. */
  #escapedUnit(at: number): number {
    if (!this.#text.startsWith('\\u', at))
      throw new JsonDefectError('invalid escaped character in string', at)
    let codeUnit = 0
    for (let index = at + 2; index < at + 6; index++) {
      const digit = hexDigit(this.#text.charCodeAt(index))
      if (digit === -1) throw new JsonDefectError('invalid escaped sequence in string', at)
      codeUnit = codeUnit * 16 + digit
    }
    return codeUnit
  }
}

function hexDigit(codeUnit: number): number {
  if (codeUnit >= 0x30 && codeUnit <= 0x39) return codeUnit - 0x30
  const lower = codeUnit | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

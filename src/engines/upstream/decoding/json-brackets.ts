const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Follows the brackets and strings of JSON that comes in pieces. It does not check the rest. */
export class JsonBrackets {
  readonly #maxDepth: number
  readonly #maxMembers: number
  /** What closes the brackets that are open, the innermost last. */
  readonly #closers: string[] = []
  #members = 0
  #isInString = false
  #isEscaped = false

  /** @param maxMembers most opening brackets and commas */
  constructor(maxDepth: number, maxMembers: number) {
    this.#maxDepth = maxDepth
    this.#maxMembers = maxMembers
  }

  /** Whether the JSON nests too deep or has too many members; the rest of it is not looked at. */
  get exceedsLimits(): boolean {
    return this.#closers.length > this.#maxDepth || this.#members > this.#maxMembers
  }

  /** What closes everything that is open. */
  get closing(): string {
    const string = this.#isInString ? `${this.#isEscaped ? '\\' : ''}"` : ''
    return string + this.#closers.toReversed().join('')
  }

  /** Takes the next piece; returns the index after the bracket that closes the outermost one, or null. */
  push(piece: string): number | null {
    for (let index = 0; index < piece.length; index++) {
      const unit = piece.charCodeAt(index)
      if (this.#isInString) this.#pushToString(unit)
      else if (this.#pushOutside(unit)) return index + 1
      else if (this.exceedsLimits) return null
    }
    return null
  }

  #pushOutside(unit: number): boolean {
    switch (unit) {
      case QUOTE:
        this.#isInString = true
        return false
      case OPEN_OBJECT:
        return this.#open('}')
      case OPEN_LIST:
        return this.#open(']')
      case COMMA:
        this.#members += 1
        return false
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        this.#closers.pop()
        return this.#closers.length === 0
      default:
        return false
    }
  }

  #open(closer: string): false {
    this.#members += 1
    this.#closers.push(closer)
    return false
  }

  #pushToString(unit: number): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (unit === BACKSLASH) this.#isEscaped = true
    else if (unit === QUOTE) this.#isInString = false
  }
}

/** Follows the brackets and strings of JSON, character by character. It does not see whether the rest is JSON. */
export class JsonBrackets {
  /** What closes the brackets that are open, the innermost last. */
  readonly #closers: string[] = []
  #members = 0
  #isInString = false
  #isEscaped = false

  /** How deep the place is that was reached. */
  get depth(): number {
    return this.#closers.length
  }

  /** Opening brackets and commas so far. */
  get members(): number {
    return this.#members
  }

  /** Takes the next character; true when it closes the outermost bracket. */
  push(character: string): boolean {
    if (this.#isInString) {
      this.#pushToString(character)
      return false
    }
    switch (character) {
      case '"':
        this.#isInString = true
        return false
      case '{':
        return this.#open('}')
      case '[':
        return this.#open(']')
      case ',':
        this.#members += 1
        return false
      case '}':
      case ']':
        this.#closers.pop()
        return this.#closers.length === 0
      default:
        return false
    }
  }

  /** What closes everything that is open. */
  get closing(): string {
    const string = this.#isInString ? `${this.#isEscaped ? '\\' : ''}"` : ''
    return string + this.#closers.toReversed().join('')
  }

  #open(closer: string): false {
    this.#members += 1
    this.#closers.push(closer)
    return false
  }

  #pushToString(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false
    else if (character === '\\') this.#isEscaped = true
    else if (character === '"') this.#isInString = false
  }
}

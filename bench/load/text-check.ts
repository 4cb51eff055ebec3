const QUOTE = '"'.charCodeAt(0)
const BACKSLASH = '\\'.charCodeAt(0)
const SPACE = ' '.charCodeAt(0)

/**
 * Compares the text of responses with the one that they must have: byte by byte where it stands, in the JSON of any of the
 * servers. It costs a few microseconds, so that every response is checked while others are timed.
 */
export class TextCheck {
  readonly #marker: Buffer
  readonly #expected: Buffer
  /** The last body that had the text: some servers send the same bytes each time. */
  #known: Buffer | null = null

  /**
   * @param field the name of the JSON fields whose strings, joined, are the text
   * @param expected the text, which JSON writes without escapes; white space around it does not count
   */
  constructor(field: string, expected: string) {
    this.#marker = Buffer.from(`"${field}":`)
    this.#expected = Buffer.from(expected.trim())
  }

  /** @param body all of it: server-sent events, or one JSON */
  isIn(body: Buffer): boolean {
    if (this.#known?.equals(body)) return true
    if (!this.#hasText(body)) return false
    this.#known = body
    return true
  }

  #hasText(body: Buffer): boolean {
    let matched = 0
    for (let at = body.indexOf(this.#marker); at !== -1; at = body.indexOf(this.#marker, at)) {
      at += this.#marker.length
      const start = stringStart(body, at)
      if (start === null) continue
      const end = body.indexOf(QUOTE, start)
      if (end === -1 || body[end - 1] === BACKSLASH) return false
      let from = start
      if (matched === 0) while (from < end && body[from] === SPACE) from++
      const length = end - from
      if (matched + length > this.#expected.length) return false
      if (this.#expected.compare(body, from, end, matched, matched + length) !== 0) return false
      matched += length
      at = end
    }
    return matched === this.#expected.length
  }
}

/** Where the string of a field begins; null where its value is none. */
function stringStart(body: Buffer, at: number): number | null {
  const quote = body[at] === SPACE ? at + 1 : at
  return body[quote] === QUOTE ? quote + 1 : null
}

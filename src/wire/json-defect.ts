/** Why a text is not JSON, and where. */
export interface JsonDefect {
  readonly reason: string
  /** In UTF-16 code units from the start. */
  readonly index: number
}

/**
 * The first thing that keeps a text from being JSON, or null. Stricter than `JSON.parse` in one point: an escaped
 * surrogate must have its partner, since half a character is no text.
 *
 * Recursive: the caller bounds the depth of the text first.
 */
export function findJsonDefect(text: string): JsonDefect | null {
  try {
    new JsonScanner(text).scanDocument()
    return null
  } catch (error) {
    if (error instanceof DefectFound) return { reason: error.message, index: error.index }
    throw error
  }
}

class DefectFound extends Error {
  readonly index: number

  constructor(reason: string, index: number) {
    super(reason)
    this.index = index
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** What may follow a backslash and needs nothing more. */
const SIMPLE_ESCAPES: ReadonlySet<number> = new Set(Array.from('"\\/bfnrt', (c) => c.charCodeAt(0)))
const HEX_DIGITS = '0123456789abcdef'

/** Walks over a text by the grammar of RFC 8259. */
class JsonScanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  scanDocument(): void {
    this.#scanValue()
    this.#skip(/[ \t\n\r]*/y)
    if (this.#at < this.#text.length) this.#fail('unexpected content after document')
  }

  #scanValue(): void {
    this.#skip(/[ \t\n\r]*/y)
    const first = this.#text.charAt(this.#at)
    if (first === '') this.#fail('unexpected end of data')
    if (first === '{') this.#scanMembers('}')
    else if (first === '[') this.#scanMembers(']')
    else if (first === '"') this.#scanString()
    else if (/[-\d]/.test(first)) this.#scanNumber()
    else if (/[tfn]/.test(first)) this.#scanLiteral()
    else this.#fail('unexpected character')
  }

  /** What stands between braces or brackets, with both of them. */
  #scanMembers(close: '}' | ']'): void {
    this.#at += 1
    if (this.#takes(close)) return
    for (;;) {
      if (close === '}') this.#scanKey()
      this.#scanValue()
      if (this.#takes(close)) return
      const commaAt = this.#at
      if (!this.#takes(',')) this.#failHere()
      if (this.#takes(close)) this.#fail('trailing comma is not allowed', commaAt)
    }
  }

  #scanKey(): void {
    this.#skip(/[ \t\n\r]*/y)
    if (this.#text.charAt(this.#at) !== '"') this.#failHere()
    this.#scanString()
    if (!this.#takes(':')) this.#failHere()
  }

  /** Character by character: a pattern would be tried anew at every escape, and there may be millions. */
  #scanString(): void {
    const start = this.#at
    this.#at += 1
    for (;;) {
      const codeUnit = this.#text.charCodeAt(this.#at)
      if (Number.isNaN(codeUnit)) this.#fail('unclosed string', start)
      if (codeUnit < 0x20) this.#fail('unexpected control character in string')
      if (codeUnit === BACKSLASH) this.#scanEscape()
      else this.#at += 1
      if (codeUnit === QUOTE) return
    }
  }

  #scanEscape(): void {
    if (SIMPLE_ESCAPES.has(this.#text.charCodeAt(this.#at + 1))) {
      this.#at += 2
      return
    }
    const codeUnit = this.#scanUnicodeEscape()
    if (codeUnit < 0xd800 || codeUnit > 0xdfff) return
    if (codeUnit >= 0xdc00) this.#fail('invalid high surrogate in string', this.#at - 6)
    if (!this.#text.startsWith('\\u', this.#at)) this.#fail('no low surrogate in string')
    const low = this.#scanUnicodeEscape()
    if (low < 0xdc00 || low > 0xdfff) this.#fail('invalid low surrogate in string', this.#at - 6)
  }

  #scanUnicodeEscape(): number {
    if (!this.#text.startsWith('\\u', this.#at)) this.#fail('invalid escaped character in string')
    let codeUnit = 0
    for (let offset = 2; offset < 6; offset++) {
      const digit = HEX_DIGITS.indexOf(this.#text.charAt(this.#at + offset).toLowerCase() || ' ')
      if (digit === -1) this.#fail('invalid escaped sequence in string')
      codeUnit = codeUnit * 16 + digit
    }
    this.#at += 6
    return codeUnit
  }

  #scanNumber(): void {
    this.#skip(/-?/y)
    if (this.#skip(/0/y)) {
      if (this.#peeks(/\d/y)) this.#fail('number with leading zero is not allowed')
    } else if (!this.#skip(/\d+/y)) this.#fail('no digit after minus sign')
    if (this.#skip(/\./y) && !this.#skip(/\d+/y)) this.#fail('no digit after decimal point')
    if (this.#skip(/[eE][+-]?/y) && !this.#skip(/\d+/y)) this.#fail('no digit after exponent sign')
  }

  #scanLiteral(): void {
    if (!this.#skip(/true|false|null/y)) this.#fail('invalid literal')
  }

  /** Steps over white space and then one character, if it is the next. */
  #takes(character: string): boolean {
    this.#skip(/[ \t\n\r]*/y)
    if (this.#text.charAt(this.#at) !== character) return false
    this.#at += 1
    return true
  }

  /** Steps over what a sticky pattern matches; whether that was anything. */
  #skip(sticky: RegExp): boolean {
    sticky.lastIndex = this.#at
    const matched = sticky.test(this.#text)
    const advanced = matched && sticky.lastIndex > this.#at
    if (advanced) this.#at = sticky.lastIndex
    return advanced
  }

  #peeks(sticky: RegExp): boolean {
    sticky.lastIndex = this.#at
    return sticky.test(this.#text)
  }

  #failHere(): never {
    this.#fail(this.#at < this.#text.length ? 'unexpected character' : 'unexpected end of data')
  }

  #fail(reason: string, index = this.#at): never {
    throw new DefectFound(reason, index)
  }
}

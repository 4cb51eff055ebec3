/** Deeper JSON is not a tool's input. */
const MAX_DEPTH = 64
/** Some models write Python's literals in place of JSON's. */
const PYTHON_LITERALS: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
}
const LITERALS: Readonly<Record<string, string>> = {
  true: 'true',
  false: 'false',
  null: 'null',
  ...PYTHON_LITERALS,
}
const SHORT_ESCAPES = '"\\/bfnrt'
/** What strings stand between, besides JSON's quotes: Python's, and Gemma's, in which nothing is escaped. */
const PYTHON_QUOTE = "'"
const GEMMA_QUOTE = '<|"|>'
const MAX_BARE_KEY_UNITS = 256

type State =
  | 'value'
  | 'quote'
  | 'bare-key'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'after-value'
  | 'string'
  | 'escape'
  | 'unicode'
  | 'word'

/**
 * The result of one unit: `more` is needed, the value is `complete` with the unit or was `complete-before` it, or the
 * text is `broken` JSON.
 */
export type CopyStep = 'more' | 'complete' | 'complete-before' | 'broken'

/**
 * Copies the text of one JSON value, unit by unit, without the white space between its tokens. At any time the copied
 * text followed by `closing` is a complete value. Common mistakes of models are corrected: control characters and wrong
 * escapes in strings, trailing commas, Python's literals and quotes, keys without quotes. Gemma's notation is read too.
 */
export class JsonCopier {
  #state: State = 'value'
  /** The brackets that close the open objects and lists, the innermost last. */
  readonly #open: string[] = []
  #copied = ''
  /** A comma and a key, copied only when a value follows. */
  #pending = ''
  #isKey = false
  #key = ''
  #word = ''
  #hex = ''
  /** What the string ends with, and how much of that was read. */
  #quote = '"'
  #quoteUnits = 0

  /** Returns the text copied since the last call. */
  take(): string {
    const copied = this.#copied
    this.#copied = ''
    return copied
  }

  /** The text that completes the value. */
  get closing(): string {
    const isInString = !this.#isKey && ['string', 'escape', 'unicode'].includes(this.#state)
    return (isInString ? '"' : '') + this.#open.toReversed().join('')
  }

  push(unit: string): CopyStep {
    switch (this.#state) {
      case 'string':
        return this.#inString(unit)
      case 'escape':
        return this.#inEscape(unit)
      case 'unicode':
        return this.#inUnicode(unit)
      case 'word':
        return this.#inWord(unit)
      case 'quote':
        return this.#inOpeningQuote(unit)
      case 'bare-key':
        return this.#inBareKey(unit)
      default:
        return /\s/.test(unit) ? 'more' : this.#atToken(unit)
    }
  }

  #atToken(unit: string): CopyStep {
    const closer = this.#open.at(-1)
    switch (this.#state) {
      case 'value':
        // A list may be empty or end with a comma.
        if (unit === ']' && closer === ']') return this.#close()
        return this.#beginValue(unit)
      case 'first-key':
      case 'key':
        if (unit === '}') return this.#close()
        return this.#beginKey(unit)
      case 'colon':
        if (unit !== ':') return 'broken'
        this.#pending += `${this.#key}:`
        this.#state = 'value'
        return 'more'
      default:
        if (unit === closer) return this.#close()
        if (unit !== ',') return 'broken'
        this.#pending = ','
        this.#state = closer === '}' ? 'key' : 'value'
        return 'more'
    }
  }

  #beginKey(unit: string): CopyStep {
    this.#isKey = true
    this.#key = '"'
    if (this.#beginString(unit)) return 'more'
    if (!/[\w$]/.test(unit)) return 'broken'
    this.#key += unit
    this.#state = 'bare-key'
    return 'more'
  }

  /** @returns false where the unit starts no string */
  #beginString(unit: string): boolean {
    if (unit !== '"' && unit !== PYTHON_QUOTE && unit !== GEMMA_QUOTE.charAt(0)) return false
    this.#quote = unit === '"' || unit === PYTHON_QUOTE ? unit : GEMMA_QUOTE
    this.#quoteUnits = 1
    this.#state = 'quote'
    if (this.#quote.length === 1) this.#openString()
    return true
  }

  #openString(): void {
    if (!this.#isKey) this.#copyValue('"')
    this.#quoteUnits = 0
    this.#state = 'string'
  }

  #inOpeningQuote(unit: string): CopyStep {
    if (unit !== this.#quote.charAt(this.#quoteUnits)) return 'broken'
    this.#quoteUnits++
    if (this.#quoteUnits === this.#quote.length) this.#openString()
    return 'more'
  }

  #inBareKey(unit: string): CopyStep {
    if (this.#key.length > MAX_BARE_KEY_UNITS) return 'broken'
    if (/[\w$.-]/.test(unit)) {
      this.#key += unit
      return 'more'
    }
    this.#key += '"'
    this.#isKey = false
    this.#state = 'colon'
    return this.push(unit)
  }

  #beginValue(unit: string): CopyStep {
    this.#isKey = false
    if (this.#beginString(unit)) {
      // The string is copied as it comes.
    } else if (unit === '{' || unit === '[') {
      if (this.#open.length >= MAX_DEPTH) return 'broken'
      this.#copyValue(unit)
      this.#open.push(unit === '{' ? '}' : ']')
      this.#state = unit === '{' ? 'first-key' : 'value'
    } else if (/[-+.\w]/.test(unit)) {
      this.#word = unit
      this.#state = 'word'
    } else {
      return 'broken'
    }
    return 'more'
  }

  #copyValue(json: string): void {
    this.#copied += this.#pending + json
    this.#pending = ''
  }

  #close(): CopyStep {
    this.#pending = ''
    this.#copied += this.#open.pop() ?? ''
    return this.#endValue()
  }

  #endValue(): CopyStep {
    this.#state = 'after-value'
    return this.#open.length === 0 ? 'complete' : 'more'
  }

  #inString(unit: string): CopyStep {
    if (this.#quote.length > 1) return this.#inLongQuotes(unit)
    if (unit === '\\') {
      this.#state = 'escape'
      return 'more'
    }
    if (unit === this.#quote) return this.#endString()
    this.#addUnit(unit)
    return 'more'
  }

  /** Within quotes of several units nothing is escaped. */
  #inLongQuotes(unit: string): CopyStep {
    if (unit === this.#quote.charAt(this.#quoteUnits)) {
      this.#quoteUnits++
      return this.#quoteUnits === this.#quote.length ? this.#endString() : 'more'
    }
    const isPart = this.#quoteUnits > 0
    for (const held of this.#quote.slice(0, this.#quoteUnits)) this.#addUnit(held)
    this.#quoteUnits = 0
    if (isPart) return this.#inLongQuotes(unit)
    this.#addUnit(unit)
    return 'more'
  }

  #addUnit(unit: string): void {
    const isPlain = unit >= ' ' && unit !== '"' && unit !== '\\'
    this.#addToString(isPlain ? unit : JSON.stringify(unit).slice(1, -1))
  }

  #endString(): CopyStep {
    this.#quoteUnits = 0
    this.#addToString('"')
    if (!this.#isKey) return this.#endValue()
    this.#isKey = false
    this.#state = 'colon'
    return 'more'
  }

  #inEscape(unit: string): CopyStep {
    this.#state = 'string'
    if (unit === 'u') {
      this.#hex = ''
      this.#state = 'unicode'
    } else if (SHORT_ESCAPES.includes(unit)) {
      this.#addToString(`\\${unit}`)
    } else if (unit === "'") {
      this.#addToString(unit)
    } else {
      // A literal backslash.
      this.#addToString('\\\\')
      return this.#inString(unit)
    }
    return 'more'
  }

  #inUnicode(unit: string): CopyStep {
    if (/[0-9a-fA-F]/.test(unit)) {
      this.#hex += unit
      if (this.#hex.length < 4) return 'more'
      this.#addToString(`\\u${this.#hex}`)
      this.#state = 'string'
      return 'more'
    }
    this.#addToString(`\\\\u${this.#hex}`)
    this.#state = 'string'
    return this.#inString(unit)
  }

  #addToString(json: string): void {
    if (this.#isKey) this.#key += json
    else this.#copied += json
  }

  #inWord(unit: string): CopyStep {
    if (/[-+.\w]/.test(unit)) {
      this.#word += unit
      return 'more'
    }
    const json = wordAsJson(this.#word)
    if (json === null) return 'broken'
    this.#copyValue(json)
    const step = this.#endValue()
    return step === 'complete' ? 'complete-before' : this.push(unit)
  }

  /** Ends the text, which completes a number. */
  end(): CopyStep {
    if (this.#state !== 'word') return 'broken'
    return this.#inWord(' ') === 'complete-before' ? 'complete-before' : 'broken'
  }
}

function wordAsJson(word: string): string | null {
  const known = Object.hasOwn(LITERALS, word) ? LITERALS[word] : undefined
  if (known !== undefined) return known
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(word)) return word
  const value = /^[-+.\d][-+.\deE]*$/.test(word) ? Number(word) : Number.NaN
  return Number.isFinite(value) ? JSON.stringify(value) : null
}

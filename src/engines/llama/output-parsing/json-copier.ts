/** Deeper JSON is no input of a tool. */
const MAX_DEPTH = 64
/** Python's words stand for JSON's: some models write them. */
const WORDS: Readonly<Record<string, string>> = {
  true: 'true',
  false: 'false',
  null: 'null',
  True: 'true',
  False: 'false',
  None: 'null',
}
const SHORT_ESCAPES = '"\\/bfnrt'

type State = 'value' | 'first-key' | 'key' | 'colon' | 'behind' | 'string' | 'escape' | 'unicode' | 'word'

/** What one unit did: more is needed; the value is complete with it, or was before it; it cannot stand here. */
export type CopyStep = 'more' | 'complete' | 'complete-before' | 'broken'

/**
 * Copies the text of one JSON value, unit by unit, without the white space between its tokens. Whatever was copied so
 * far is a value with the `closing` behind it. Small things that models get wrong are put right: control characters and
 * wrong escapes in strings, a comma too many, Python's words.
 */
export class JsonCopier {
  #state: State = 'value'
  /** What closes the objects and lists that are open, the innermost last. */
  readonly #open: string[] = []
  #copied = ''
  /** A comma, and a key, that are copied only when a value follows. */
  #pending = ''
  #isKey = false
  #key = ''
  #word = ''
  #hex = ''

  /** What was copied since the last time. */
  take(): string {
    const copied = this.#copied
    this.#copied = ''
    return copied
  }

  /** What ends the value where it is. */
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
      default:
        return /\s/.test(unit) ? 'more' : this.#atToken(unit)
    }
  }

  #atToken(unit: string): CopyStep {
    const closer = this.#open.at(-1)
    switch (this.#state) {
      case 'value':
        // A list may be empty, or end behind a comma.
        if (unit === ']' && closer === ']') return this.#close()
        return this.#beginValue(unit)
      case 'first-key':
      case 'key':
        if (unit === '}') return this.#close()
        if (unit !== '"') return 'broken'
        this.#isKey = true
        this.#key = '"'
        this.#state = 'string'
        return 'more'
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

  #beginValue(unit: string): CopyStep {
    if (unit === '"') {
      this.#copyValue('"')
      this.#isKey = false
      this.#state = 'string'
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
    this.#state = 'behind'
    return this.#open.length === 0 ? 'complete' : 'more'
  }

  #inString(unit: string): CopyStep {
    if (unit === '\\') {
      this.#state = 'escape'
      return 'more'
    }
    if (unit !== '"') {
      this.#addToString(unit < ' ' ? JSON.stringify(unit).slice(1, -1) : unit)
      return 'more'
    }
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
      // A backslash that stands for itself.
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

  /** At the end of the text a number is complete. */
  end(): CopyStep {
    if (this.#state !== 'word') return 'broken'
    return this.#inWord(' ') === 'complete-before' ? 'complete-before' : 'broken'
  }
}

function wordAsJson(word: string): string | null {
  const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined
  if (known !== undefined) return known
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(word)) return word
  const value = /^[-+.\d][-+.\deE]*$/.test(word) ? Number(word) : Number.NaN
  return Number.isFinite(value) ? JSON.stringify(value) : null
}

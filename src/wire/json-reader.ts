import { JsonDefectError } from './json-defect-error.ts'
import { JsonStringReader } from './json-string-reader.ts'

/** How much structure a text may have. */
export interface JsonLimits {
  /** How deep arrays and objects may nest. */
  readonly maxDepth: number
  /** Most commas and opening brackets. */
  readonly maxMembers: number
  readonly maxKeys: number
  /** Of one object. Whatever looks at its keys has to take them all at once. */
  readonly maxKeysOfObject: number
}

/** An array or object that is not whole yet. */
interface Container {
  readonly value: unknown[] | Record<string, unknown>
  readonly close: number
  /** Of the member that comes next; empty in an array. */
  key: string
  /** How many keys it has had. */
  keys: number
}

/** What stands next. After an opening bracket there may be the closing one, after a comma not. */
type Expected = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma' | 'end'

const [QUOTE, COMMA, COLON] = [0x22, 0x2c, 0x3a]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const LITERALS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

/**
 * Reads JSON as far as it is asked to at a time, so that a long text does not hold up the event loop as `JSON.parse`
 * would. It is stricter than that in one point: an escaped surrogate must have its partner, since half a character is no
 * text.
 */
export class JsonReader {
  readonly #text: string
  readonly #limits: JsonLimits
  readonly #containers: Container[] = []
  #at = 0
  #expected: Expected = 'value'
  /** A string whose end has not been found yet. */
  #string: JsonStringReader | null = null
  /** Where the comma stands that came last; -1 once something has come after it. */
  #commaAt = -1
  #value: unknown
  #members = 0
  #keys = 0

  constructor(text: string, limits: JsonLimits) {
    this.#text = text
    this.#limits = limits
  }

  /** Commas and opening brackets so far. */
  get members(): number {
    return this.#members
  }

  /** What the text says, once it was read to its end. */
  get value(): unknown {
    return this.#value
  }

  /**
   * Reads about this many code units further.
   *
   * @returns whether the end was reached
   * @throws JsonDefectError
   */
  advance(units: number): boolean {
    const to = this.#at + units
    while (this.#at < to) {
      if (this.#string !== null) this.#readString(this.#string, to)
      else if (this.#skipSpace(to)) {
        if (this.#at >= this.#text.length && this.#expected === 'end') return true
        this.#readNext(this.#text.charCodeAt(this.#at))
      }
    }
    return false
  }

  /** Whether it came to something that is no white space, or to the end of the text. */
  #skipSpace(to: number): boolean {
    for (; this.#at < to; this.#at++) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return true
    }
    return false
  }

  /** @param unit the one that stands next; NaN at the end of the text */
  #readNext(unit: number): void {
    const expected = this.#expected
    const close = this.#containers.at(-1)?.close
    if (expected === 'colon') this.#readColon(unit)
    else if (expected === 'end') this.#fail('unexpected content after document')
    else if (unit === close && expected !== 'value' && expected !== 'key') this.#close()
    else if (expected === 'comma') this.#readComma(unit)
    else {
      if (unit === close && this.#commaAt !== -1) this.#fail('trailing comma is not allowed', this.#commaAt)
      this.#commaAt = -1
      if (expected === 'key' || expected === 'first-key') this.#readKey(unit)
      else this.#readValue(unit)
    }
  }

  #readKey(unit: number): void {
    if (unit !== QUOTE) this.#failHere()
    this.#openString()
  }

  #readValue(unit: number): void {
    if (Number.isNaN(unit)) this.#fail('unexpected end of data')
    if (unit === OPEN_BRACE) this.#open({ value: {}, close: CLOSE_BRACE, key: '', keys: 0 }, 'first-key')
    else if (unit === OPEN_BRACKET)
      this.#open({ value: [], close: CLOSE_BRACKET, key: '', keys: 0 }, 'first-value')
    else if (unit === QUOTE) this.#openString()
    else if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) this.#add(this.#readNumber())
    else if (unit === 0x74 || unit === 0x66 || unit === 0x6e) this.#add(this.#readLiteral())
    else this.#fail('unexpected character')
  }

  #readColon(unit: number): void {
    if (unit !== COLON) this.#failHere()
    this.#countKey()
    this.#at += 1
    this.#expected = 'value'
  }

  #readComma(unit: number): void {
    if (unit !== COMMA) this.#failHere()
    this.#countMember()
    this.#commaAt = this.#at
    this.#at += 1
    this.#expected = Array.isArray(this.#containers.at(-1)?.value) ? 'value' : 'key'
  }

  #open(container: Container, expected: Expected): void {
    this.#countMember()
    this.#containers.push(container)
    if (this.#containers.length > this.#limits.maxDepth) {
      this.#fail(`nested deeper than ${this.#limits.maxDepth} levels`)
    }
    this.#at += 1
    this.#expected = expected
  }

  #countKey(): void {
    const { maxKeys, maxKeysOfObject } = this.#limits
    this.#keys += 1
    if (this.#keys > maxKeys) this.#fail(`more than ${maxKeys} keys`)
    const object = this.#containers.at(-1)
    if (object === undefined) return
    object.keys += 1
    if (object.keys > maxKeysOfObject) this.#fail(`more than ${maxKeysOfObject} keys in one object`)
  }

  #countMember(): void {
    this.#members += 1
    if (this.#members > this.#limits.maxMembers) this.#fail(`more than ${this.#limits.maxMembers} members`)
  }

  #close(): void {
    this.#at += 1
    this.#add(this.#containers.pop()?.value)
  }

  /** Puts a value where it belongs. */
  #add(value: unknown): void {
    const container = this.#containers.at(-1)
    this.#expected = container === undefined ? 'end' : 'comma'
    if (container === undefined) this.#value = value
    else if (Array.isArray(container.value)) container.value.push(value)
    else if (container.key !== '__proto__') container.value[container.key] = value
    else {
      const isOwn = { value, enumerable: true, configurable: true, writable: true }
      Object.defineProperty(container.value, container.key, isOwn)
    }
  }

  #openString(): void {
    this.#string = new JsonStringReader(this.#text, this.#at)
    this.#at += 1
  }

  #readString(string: JsonStringReader, to: number): void {
    const isWhole = string.advance(to)
    this.#at = string.at
    if (!isWhole) return
    this.#string = null
    const container = this.#containers.at(-1)
    if (container !== undefined && (this.#expected === 'key' || this.#expected === 'first-key')) {
      container.key = string.value
      this.#expected = 'colon'
    } else this.#add(string.value)
  }

  #readNumber(): number {
    NUMBER.lastIndex = this.#at
    const end = NUMBER.test(this.#text) ? NUMBER.lastIndex : this.#at
    // A number that is none ends where the text says something else than a number may.
    if (end === this.#at || /[\d.eE]/.test(this.#text.charAt(end))) this.#failInNumber()
    const value = Number(this.#text.slice(this.#at, end))
    this.#at = end
    return value
  }

  /** Finds what keeps a text that begins as a number from being one. */
  #failInNumber(): void {
    this.#skip(/-?/y)
    if (this.#skip(/0/y)) {
      if (/\d/.test(this.#text.charAt(this.#at))) this.#fail('number with leading zero is not allowed')
    } else if (!this.#skip(/\d+/y)) this.#fail('no digit after minus sign')
    if (this.#skip(/\./y) && !this.#skip(/\d+/y)) this.#fail('no digit after decimal point')
    if (this.#skip(/[eE][+-]?/y) && !this.#skip(/\d+/y)) this.#fail('no digit after exponent sign')
    this.#failHere()
  }

  /** Steps over what a sticky pattern matches; whether that was anything. */
  #skip(sticky: RegExp): boolean {
    sticky.lastIndex = this.#at
    const advanced = sticky.test(this.#text) && sticky.lastIndex > this.#at
    if (advanced) this.#at = sticky.lastIndex
    return advanced
  }

  #readLiteral(): unknown {
    for (const [name, value] of LITERALS) {
      if (!this.#text.startsWith(name, this.#at)) continue
      this.#at += name.length
      return value
    }
    return this.#fail('invalid literal')
  }

  #failHere(): never {
    this.#fail(this.#at < this.#text.length ? 'unexpected character' : 'unexpected end of data')
  }

  #fail(reason: string, index = this.#at): never {
    throw new JsonDefectError(reason, index)
  }
}

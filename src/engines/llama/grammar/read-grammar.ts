import { type CharacterSet, characterSet } from './character-set.ts'

/** What a rule is made of. */
export type Expression =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'characters'; readonly set: CharacterSet }
  | { readonly type: 'rule'; readonly name: string }
  | { readonly type: 'sequence'; readonly parts: readonly Expression[] }
  | { readonly type: 'choice'; readonly parts: readonly Expression[] }
  | {
      readonly type: 'repeat'
      readonly part: Expression
      readonly min: number
      readonly max: number | null
    }

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])
const PLAIN_TEXT = /[^"\\]+/y
const NAME = /[a-zA-Z0-9_-]+/y
const SPACE = /[ \t]*/y
const SPACE_IN_GROUP = /\s*/y
const DEFINITION = /[ \t]*::=/y
const QUANTIFIER = /[ \t]*(?:([*+?])|\{(\d+)(,?)(\d*)\})/y

/**
 * Reads rules in llama.cpp's notation (GBNF), as `GrammarRules` writes them.
 *
 * @returns the rules by their names; null for a text that is no grammar
 */
export function readGrammar(text: string): ReadonlyMap<string, Expression> | null {
  try {
    return new GrammarReader(text).readRules()
  } catch (error) {
    if (error instanceof NoGrammar) return null
    throw error
  }
}

class NoGrammar extends Error {}

class GrammarReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  readRules(): ReadonlyMap<string, Expression> {
    const rules = new Map<string, Expression>()
    this.#match(SPACE_IN_GROUP)
    while (this.#at < this.#text.length) {
      const [name] = this.#match(NAME)
      this.#match(DEFINITION)
      rules.set(name ?? '', this.#readChoice(SPACE))
      this.#match(SPACE_IN_GROUP)
    }
    return rules
  }

  /** @param space what may stand between two parts: in a group also line ends */
  #readChoice(space: RegExp): Expression {
    const parts: Expression[] = []
    do parts.push(this.#readSequence(space))
    while (this.#take('|'))
    const [only] = parts
    return parts.length === 1 && only ? only : { type: 'choice', parts }
  }

  #readSequence(space: RegExp): Expression {
    const parts: Expression[] = []
    for (;;) {
      this.#match(space)
      const next = this.#text[this.#at]
      if (next === undefined || next === '\n' || next === '|' || next === ')') break
      parts.push(this.#readRepeated())
    }
    const [only] = parts
    return parts.length === 1 && only ? only : { type: 'sequence', parts }
  }

  #readRepeated(): Expression {
    const part = this.#readPart()
    QUANTIFIER.lastIndex = this.#at
    const found = QUANTIFIER.exec(this.#text)
    if (found === null) return part
    this.#at = QUANTIFIER.lastIndex
    const [, mark, from, comma, to] = found
    const min = mark === undefined ? Number(from) : mark === '+' ? 1 : 0
    const max =
      mark === undefined ? (comma === '' ? min : to === '' ? null : Number(to)) : mark === '?' ? 1 : null
    if (max !== null && max < min) throw new NoGrammar()
    return { type: 'repeat', part, min, max }
  }

  #readPart(): Expression {
    if (this.#take('"')) return this.#readLiteral()
    if (this.#take('[')) return this.#readSet()
    if (!this.#take('(')) return { type: 'rule', name: this.#match(NAME)[0] ?? '' }
    const inside = this.#readChoice(SPACE_IN_GROUP)
    if (!this.#take(')')) throw new NoGrammar()
    return inside
  }

  #readLiteral(): Expression {
    let text = ''
    while (!this.#take('"')) {
      PLAIN_TEXT.lastIndex = this.#at
      const plain = PLAIN_TEXT.exec(this.#text)?.[0] ?? ''
      this.#at += plain.length
      text += plain === '' ? String.fromCodePoint(this.#readCharacter()) : plain
    }
    return { type: 'text', text }
  }

  #readSet(): Expression {
    const isNegated = this.#take('^')
    const ranges: [number, number][] = []
    while (!this.#take(']')) {
      const first = this.#readCharacter()
      const isRange = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']'
      if (isRange) this.#at++
      ranges.push([first, isRange ? this.#readCharacter() : first])
    }
    return { type: 'characters', set: characterSet(ranges, isNegated) }
  }

  /** One code point of a literal or of a set. */
  #readCharacter(): number {
    const codePoint = this.#text.codePointAt(this.#at)
    if (codePoint === undefined) throw new NoGrammar()
    this.#at += codePoint > 0xffff ? 2 : 1
    if (codePoint !== 0x5c) return codePoint
    const escaped = this.#text[this.#at++] ?? ''
    const digits = HEX_ESCAPES.get(escaped)
    if (digits === undefined) return (SHORT_ESCAPES.get(escaped) ?? escaped).codePointAt(0) ?? 0
    const hex = this.#text.slice(this.#at, this.#at + digits)
    if (hex.length !== digits || !/^[0-9a-fA-F]+$/.test(hex)) throw new NoGrammar()
    this.#at += digits
    return Number.parseInt(hex, 16)
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) throw new NoGrammar()
    this.#at = pattern.lastIndex
    return found
  }

  #take(unit: string): boolean {
    if (this.#text[this.#at] !== unit) return false
    this.#at++
    return true
  }
}

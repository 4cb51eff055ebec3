import { type CharacterSet, characterSet } from './character-set.ts'

/** The syntax tree of a rule's body. */
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
  | { readonly type: 'without'; readonly part: Expression; readonly excluded: string }

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
const EXCLUSION = /[ \t]*- "/y
const QUANTIFIER = /[ \t]*(?:([*+?])|\{(\d+)(,?)(\d*)\})/y

/**
 * Parses the subset of llama.cpp's notation (GBNF) that `GrammarRules` writes, and its addition: `( a ) - "b"` is every
 * text of `a` that does not contain b.
 *
 * @returns the rules by their names; null for a text that is not a grammar
 */
export function parseGrammar(text: string): ReadonlyMap<string, Expression> | null {
  try {
    return new GrammarParser(text).parseRules()
  } catch (error) {
    if (error instanceof NoGrammar) return null
    throw error
  }
}

class NoGrammar extends Error {}

class GrammarParser {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  parseRules(): ReadonlyMap<string, Expression> {
    const rules = new Map<string, Expression>()
    this.#match(SPACE_IN_GROUP)
    while (this.#position < this.#text.length) {
      const [name] = this.#match(NAME)
      this.#match(DEFINITION)
      rules.set(name ?? '', this.#parseChoice(SPACE))
      this.#match(SPACE_IN_GROUP)
    }
    return rules
  }

  /** @param space the separator of two parts, which includes line ends in a group */
  #parseChoice(space: RegExp): Expression {
    const parts: Expression[] = []
    do parts.push(this.#parseSequence(space))
    while (this.#tryConsume('|'))
    const [only] = parts
    return parts.length === 1 && only ? only : { type: 'choice', parts }
  }

  #parseSequence(space: RegExp): Expression {
    const parts: Expression[] = []
    for (;;) {
      this.#match(space)
      const next = this.#text[this.#position]
      if (next === undefined || next === '\n' || next === '|' || next === ')') break
      parts.push(this.#parseRepeated())
    }
    const [only] = parts
    return parts.length === 1 && only ? only : { type: 'sequence', parts }
  }

  #parseRepeated(): Expression {
    const part = this.#parseExcluding()
    QUANTIFIER.lastIndex = this.#position
    const found = QUANTIFIER.exec(this.#text)
    if (found === null) return part
    this.#position = QUANTIFIER.lastIndex
    const [, mark, from, comma, to] = found
    const min = mark === undefined ? Number(from) : mark === '+' ? 1 : 0
    const max =
      mark === undefined ? (comma === '' ? min : to === '' ? null : Number(to)) : mark === '?' ? 1 : null
    if (max !== null && max < min) throw new NoGrammar()
    return { type: 'repeat', part, min, max }
  }

  #parseExcluding(): Expression {
    const part = this.#parsePart()
    EXCLUSION.lastIndex = this.#position
    if (!EXCLUSION.test(this.#text)) return part
    this.#position = EXCLUSION.lastIndex
    const excluded = this.#parseLiteral()
    if (excluded.text === '') throw new NoGrammar()
    return { type: 'without', part, excluded: excluded.text }
  }

  #parsePart(): Expression {
    if (this.#tryConsume('"')) return this.#parseLiteral()
    if (this.#tryConsume('[')) return this.#parseSet()
    if (!this.#tryConsume('(')) return { type: 'rule', name: this.#match(NAME)[0] ?? '' }
    const inside = this.#parseChoice(SPACE_IN_GROUP)
    if (!this.#tryConsume(')')) throw new NoGrammar()
    return inside
  }

  #parseLiteral(): Extract<Expression, { type: 'text' }> {
    let text = ''
    while (!this.#tryConsume('"')) {
      PLAIN_TEXT.lastIndex = this.#position
      const plain = PLAIN_TEXT.exec(this.#text)?.[0] ?? ''
      this.#position += plain.length
      text += plain === '' ? String.fromCodePoint(this.#parseCharacter()) : plain
    }
    return { type: 'text', text }
  }

  #parseSet(): Expression {
    const isNegated = this.#tryConsume('^')
    const ranges: [number, number][] = []
    while (!this.#tryConsume(']')) {
      const first = this.#parseCharacter()
      const isRange = this.#text[this.#position] === '-' && this.#text[this.#position + 1] !== ']'
      if (isRange) this.#position++
      ranges.push([first, isRange ? this.#parseCharacter() : first])
    }
    return { type: 'characters', set: characterSet(ranges, isNegated) }
  }

  /** Parses one code point of a literal or set. */
  #parseCharacter(): number {
    const codePoint = this.#text.codePointAt(this.#position)
    if (codePoint === undefined) throw new NoGrammar()
    this.#position += codePoint > 0xffff ? 2 : 1
    if (codePoint !== 0x5c) return codePoint
    const escaped = this.#text[this.#position++] ?? ''
    const digits = HEX_ESCAPES.get(escaped)
    if (digits === undefined) return (SHORT_ESCAPES.get(escaped) ?? escaped).codePointAt(0) ?? 0
    const hex = this.#text.slice(this.#position, this.#position + digits)
    if (hex.length !== digits || !/^[0-9a-fA-F]+$/.test(hex)) throw new NoGrammar()
    this.#position += digits
    return Number.parseInt(hex, 16)
  }

  #match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#position
    const found = pattern.exec(this.#text)
    if (found === null) throw new NoGrammar()
    this.#position = pattern.lastIndex
    return found
  }

  #tryConsume(unit: string): boolean {
    if (this.#text[this.#position] !== unit) return false
    this.#position++
    return true
  }
}

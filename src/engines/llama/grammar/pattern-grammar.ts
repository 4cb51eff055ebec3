import { codePointEscape, literal } from './grammar-rules.ts'

/** More copies of an atom make matching slow. */
const MAX_REPEATS = 256
/** Most optional parts in a row: each adds a position that a text may have reached. */
const MAX_OPTIONAL = 32
const MAX_DEPTH = 20

/** How strings are written in the reply: with JSON's escapes or without quotes. */
export type StringEncoding = 'json' | 'raw'

interface Parsed {
  readonly body: string
  /** Whether it matches the empty text. */
  readonly isNullable: boolean
}

interface Quantifier {
  readonly text: string
  readonly allowsNone: boolean
  readonly isEndless: boolean
  /** Most copies, unless it is endless. */
  readonly max: number
}

interface CodePointSet {
  readonly ranges: readonly (readonly [number, number])[]
  readonly isNegated: boolean
}

const DIGITS: CodePointSet['ranges'] = [[0x30, 0x39]]
const WORD: CodePointSet['ranges'] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]
const SPACE: CodePointSet['ranges'] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const LINE_ENDS: CodePointSet['ranges'] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]
const SHORT_CLASSES: ReadonlyMap<string, CodePointSet> = new Map(
  Object.entries({
    d: { ranges: DIGITS, isNegated: false },
    D: { ranges: DIGITS, isNegated: true },
    w: { ranges: WORD, isNegated: false },
    W: { ranges: WORD, isNegated: true },
    s: { ranges: SPACE, isNegated: false },
    S: { ranges: SPACE, isNegated: true },
  }),
)
const ESCAPED: ReadonlyMap<string, number> = new Map(
  Object.entries({ n: 0x0a, t: 0x09, r: 0x0d, f: 0x0c, v: 0x0b }),
)
const HEX_DIGITS: ReadonlyMap<string, number> = new Map(Object.entries({ x: 2, u: 4 }))
/** Characters that JSON escapes with a letter. */
const JSON_ESCAPES = new Map([
  [0x22, '"'],
  [0x5c, '\\'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
])

class Unsupported extends Error {}

/**
 * The body of a rule for the content of a string that matches a JSON schema's `pattern`: anywhere in the string, unless
 * it is anchored.
 *
 * @param anything the body of a rule for any content
 * @returns null for patterns that no grammar can express: lookarounds, backreferences, word boundaries
 */
export function patternGrammar(pattern: string, encoding: StringEncoding, anything: string): string | null {
  try {
    const parser = new PatternParser(pattern, encoding)
    const alternatives = parser.parseTopLevel(anything)
    return alternatives.length > 0 ? alternatives.join(' | ') : null
  } catch (error) {
    if (error instanceof Unsupported) return null
    throw error
  }
}

class PatternParser {
  readonly #units: readonly string[]
  readonly #encoding: StringEncoding
  #position = 0
  #depth = 0

  constructor(pattern: string, encoding: StringEncoding) {
    this.#units = [...pattern]
    this.#encoding = encoding
  }

  /** Anchors are supported only here: at both ends of the top-level alternatives. */
  parseTopLevel(anything: string): string[] {
    const alternatives: string[] = []
    do {
      const isStart = this.#tryConsume('^')
      const { body } = this.#parseSequence()
      const isEnd = this.#tryConsume('$')
      const parts = [isStart ? '' : `( ${anything} )`, body, isEnd ? '' : `( ${anything} )`]
      alternatives.push(parts.filter((part) => part !== '').join(' ') || '""')
    } while (this.#tryConsume('|'))
    if (this.#position < this.#units.length) throw new Unsupported()
    return alternatives
  }

  #parseAlternatives(): Parsed {
    if (++this.#depth > MAX_DEPTH) throw new Unsupported()
    const alternatives: Parsed[] = []
    do alternatives.push(this.#parseSequence())
    while (this.#tryConsume('|'))
    this.#depth--
    return {
      body: alternatives.map(({ body }) => body || '""').join(' | '),
      isNullable: alternatives.some(({ isNullable }) => isNullable),
    }
  }

  #parseSequence(): Parsed {
    const parts: Parsed[] = []
    for (;;) {
      const next = this.#units[this.#position]
      if (next === undefined || next === '|' || next === ')' || next === '$') break
      parts.push(this.#parseRepeated())
    }
    if (parts.filter((part) => part.isNullable).length > MAX_OPTIONAL) throw new Unsupported()
    return {
      body: parts.map(({ body }) => body).join(' '),
      isNullable: parts.every(({ isNullable }) => isNullable),
    }
  }

  #parseRepeated(): Parsed {
    const atom = this.#parseAtom()
    const quantifier = this.#parseQuantifier()
    if (quantifier === null) return atom
    this.#tryConsume('?')
    // llama.cpp refuses endless repetitions of the empty text as left recursion.
    if (atom.isNullable && (quantifier.isEndless || quantifier.max > MAX_OPTIONAL)) throw new Unsupported()
    return {
      body: `${atom.body}${quantifier.text}`,
      isNullable: atom.isNullable || quantifier.allowsNone,
    }
  }

  #parseQuantifier(): Quantifier | null {
    if (this.#tryConsume('*')) return { text: '*', allowsNone: true, isEndless: true, max: 1 }
    if (this.#tryConsume('+')) return { text: '+', allowsNone: false, isEndless: true, max: 1 }
    if (this.#tryConsume('?')) return { text: '?', allowsNone: true, isEndless: false, max: 1 }
    if (this.#units[this.#position] !== '{') return null
    const [text, min, comma, max] =
      /^\{(\d+)(,?)(\d*)\}/.exec(this.#units.slice(this.#position, this.#position + 16).join('')) ?? []
    const highest = Math.max(Number(min), Number(max))
    if (text === undefined || highest > MAX_REPEATS) throw new Unsupported()
    this.#position += text.length
    return { text, allowsNone: Number(min) === 0, isEndless: comma === ',' && max === '', max: highest }
  }

  #parseAtom(): Parsed {
    const unit = this.#units[this.#position++] ?? ''
    if (unit === '(') return this.#parseGroup()
    if (unit === '[') return this.#one(this.#parseClass())
    if (unit === '.') return this.#one({ ranges: LINE_ENDS, isNegated: true })
    if (unit === '\\') return this.#one(this.#parseEscape())
    if ('*+?{^'.includes(unit)) throw new Unsupported()
    return this.#one(only(unit.codePointAt(0) ?? 0))
  }

  #parseGroup(): Parsed {
    if (this.#tryConsume('?')) {
      const isPlain = this.#tryConsume(':') || this.#parseGroupName()
      if (!isPlain) throw new Unsupported()
    }
    const inside = this.#parseAlternatives()
    if (!this.#tryConsume(')')) throw new Unsupported()
    return { ...inside, body: `( ${inside.body} )` }
  }

  #parseGroupName(): boolean {
    const name = /^<[A-Za-z_]\w*>/.exec(this.#units.slice(this.#position, this.#position + 64).join(''))?.[0]
    this.#position += name?.length ?? 0
    return name !== undefined
  }

  #parseClass(): CodePointSet {
    const isNegated = this.#tryConsume('^')
    const ranges: (readonly [number, number])[] = []
    while (!this.#tryConsume(']')) {
      const unit = this.#units[this.#position++]
      if (unit === undefined) throw new Unsupported()
      const first = unit === '\\' ? this.#parseEscape() : only(unit.codePointAt(0) ?? 0)
      if (first.isNegated) throw new Unsupported()
      const isRange = this.#units[this.#position] === '-' && this.#units[this.#position + 1] !== ']'
      if (!isRange) {
        ranges.push(...first.ranges)
        continue
      }
      this.#position++
      const end = this.#units[this.#position++]
      const last = end === '\\' ? this.#parseEscape() : only(end?.codePointAt(0) ?? 0)
      const [from, to] = [first.ranges[0]?.[0] ?? 0, last.ranges[0]?.[1] ?? 0]
      if (end === undefined || first.ranges.length !== 1 || from > to) throw new Unsupported()
      ranges.push([from, to])
    }
    return { ranges, isNegated }
  }

  #parseEscape(): CodePointSet {
    const unit = this.#units[this.#position++] ?? ''
    const short = SHORT_CLASSES.get(unit)
    if (short !== undefined) return short
    const control = ESCAPED.get(unit)
    if (control !== undefined) return only(control)
    const length = HEX_DIGITS.get(unit)
    if (length !== undefined) {
      const hex = this.#units.slice(this.#position, this.#position + length).join('')
      if (!/^[0-9a-fA-F]+$/.test(hex) || hex.length !== length) throw new Unsupported()
      this.#position += length
      return only(Number.parseInt(hex, 16))
    }
    if (unit === '' || /[\w]/.test(unit)) throw new Unsupported()
    return only(unit.codePointAt(0) ?? 0)
  }

  /** One character of a set, as it is written in the reply. */
  #one(set: CodePointSet): Parsed {
    const holds = (codePoint: number) =>
      set.ranges.some(([from, to]) => codePoint >= from && codePoint <= to) !== set.isNegated
    const members = set.ranges.map(([from, to]) => `${codePointEscape(from)}-${codePointEscape(to)}`)
    if (this.#encoding === 'raw') {
      return { body: `[${set.isNegated ? '^' : ''}${members.join('')}]`, isNullable: false }
    }
    const alternatives: string[] = []
    const plain = set.isNegated ? `[^"\\\\\\x00-\\x1F${members.join('')}]` : plainClass(set.ranges)
    if (plain !== null) alternatives.push(plain)
    for (const [codePoint, letter] of JSON_ESCAPES) {
      if (holds(codePoint)) alternatives.push(literal(`\\${letter}`))
    }
    if (alternatives.length === 0) throw new Unsupported()
    return {
      body: alternatives.length === 1 ? (alternatives[0] ?? '') : `( ${alternatives.join(' | ')} )`,
      isNullable: false,
    }
  }

  #tryConsume(unit: string): boolean {
    if (this.#units[this.#position] !== unit) return false
    this.#position++
    return true
  }
}

function only(codePoint: number): CodePointSet {
  return { ranges: [[codePoint, codePoint]], isNegated: false }
}

/** A GBNF class of the characters that JSON does not escape; null if there are none. */
function plainClass(ranges: CodePointSet['ranges']): string | null {
  const members: string[] = []
  for (const range of ranges) {
    let from = range[0]
    for (const special of [...Array.from({ length: 0x20 }, (_, code) => code), 0x22, 0x5c, 0x110000]) {
      if (special < from) continue
      const to = Math.min(range[1], special - 1)
      if (from <= to) members.push(`${codePointEscape(from)}-${codePointEscape(to)}`)
      from = special + 1
      if (from > range[1]) break
    }
  }
  return members.length > 0 ? `[${members.join('')}]` : null
}

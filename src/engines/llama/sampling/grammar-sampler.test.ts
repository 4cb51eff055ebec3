import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OutputConstraint, ThinkingConstraint } from '../grammar/output-constraint.ts'
import { GrammarSampler, type GrammarState } from './grammar-sampler.ts'

/** Tokens are characters and a few longer texts; 0 ends. */
const LONGER = ['<think>', '</think>', '</', 'think>', '<call>', 'l>{', '>x', '</think>\n\n', '\n\n']

/** Accepts its own text, whatever a rule puts before it, and any digits after it. */
class ScriptedGrammar implements GrammarState {
  #rest: string

  constructor(text: string) {
    const [, before = '', body = ''] = /^root ::= (?:"(.*?)" \( )?(.*?)(?: \))?$/s.exec(text) ?? []
    this.#rest = before.replace(/\\U0000000A/g, '\n') + body
  }

  accept(token: number): boolean {
    const text = textOf(token)
    if (token === 0) return this.#rest === ''
    const common = Math.min(text.length, this.#rest.length)
    if (text.slice(0, common) !== this.#rest.slice(0, common)) return false
    if (!/^\d*$/.test(text.slice(common))) return false
    this.#rest = this.#rest.slice(common)
    return true
  }

  next(): number {
    return this.#rest === '' ? 0 : this.#rest.charCodeAt(0)
  }
}

function textOf(token: number): string {
  return token < 0 ? (LONGER[-token - 1] ?? '') : token === 0 ? '' : String.fromCharCode(token)
}

/** The tokens of a text, the longest first. */
function tokensOf(text: string): number[] {
  const tokens: number[] = []
  for (let at = 0; at < text.length; ) {
    const longest = LONGER.filter((one) => text.startsWith(one, at)).sort((a, b) => b.length - a.length)[0]
    tokens.push(longest === undefined ? text.charCodeAt(at) : -LONGER.indexOf(longest) - 1)
    at += longest?.length ?? 1
  }
  return tokens
}

/** The tokens of a text, one for each character. */
function unitsOf(text: string): number[] {
  return [...text].map((unit) => unit.charCodeAt(0))
}

/** The output when the model prefers these tokens, whatever was sampled before. */
function written(constraint: OutputConstraint, wanted: readonly number[], most = 200): string {
  const wishes = [...wanted]
  let text = ''
  const sampler = new GrammarSampler<ScriptedGrammar>(constraint, {
    sample: () => wishes.shift() ?? 0,
    sampleAllowed: (_, grammar) => {
      const token = grammar.next()
      if (!grammar.accept(token)) throw new Error('a grammar refuses its own')
      return token
    },
    beginGrammar: (source) => (source.includes('unreadable') ? null : new ScriptedGrammar(source)),
    tokenize: tokensOf,
    pieceOf: textOf,
    free: () => undefined,
  })
  for (let count = 0; count < most; count++) {
    const token = sampler.sample(0)
    if (token === 0) break
    text += textOf(token)
  }
  sampler.free()
  return text
}

const THINKING: ThinkingConstraint = {
  isOpen: false,
  startTag: '<think>',
  endTag: '</think>',
  forcedEnd: '\n</think>\n\n',
  maxTokens: null,
}
const AT_ONCE = { text: 'root ::= {ok}', trigger: null }
const ON_CALL = { text: 'root ::= <call>{ok}', trigger: { pattern: '<call>', isAtStart: false } }
const AT_START = { text: 'root ::= {"name":1', trigger: { pattern: '(?<=^\\s*)\\{"name"', isAtStart: true } }

type Case = readonly [name: string, constraint: OutputConstraint, wanted: string, written: string]

const CASES: readonly Case[] = [
  ['binds a reply from its first token', { thinking: null, grammar: AT_ONCE }, 'Hello', '{ok}'],
  ['keeps what fits', { thinking: null, grammar: AT_ONCE }, '{ok}12', '{ok}12'],
  [
    'continues thinking that the prompt began',
    { thinking: { ...THINKING, isOpen: true }, grammar: null },
    'a</think>b',
    'a</think>b',
  ],
  [
    'ends long thinking',
    { thinking: { ...THINKING, isOpen: true, maxTokens: 3 }, grammar: null },
    'abcdef',
    'abc\n</think>\n\ndef',
  ],
  [
    'ends thinking that is not allowed',
    { thinking: { ...THINKING, isOpen: true, maxTokens: 0 }, grammar: null },
    'ab',
    '\n</think>\n\nab',
  ],
  [
    'counts the tokens of thinking that the model begins',
    { thinking: { ...THINKING, maxTokens: 2 }, grammar: null },
    '<think>abcd',
    '<think>ab\n</think>\n\ncd',
  ],
  [
    'counts those of thinking after white space',
    { thinking: { ...THINKING, maxTokens: 1 }, grammar: null },
    '\n<think>abc',
    '\n<think>a\n</think>\n\nbc',
  ],
  [
    'counts no tokens of output',
    { thinking: { ...THINKING, maxTokens: 1 }, grammar: null },
    '<b>abc<think>d',
    '<b>abc<think>d',
  ],
  [
    'does not force the end of thinking that ends by itself',
    { thinking: { ...THINKING, maxTokens: 3 }, grammar: null },
    '<think>ab</think>cdef',
    '<think>ab</think>cdef',
  ],
  [
    'constrains the output after thinking',
    { thinking: THINKING, grammar: AT_ONCE },
    '<think>a</think>Hello',
    '<think>a</think>{ok}',
  ],
  [
    'constrains the output after thinking that was ended',
    { thinking: { ...THINKING, maxTokens: 1 }, grammar: AT_ONCE },
    '<think>abcd',
    '<think>a\n</think>\n\n{ok}',
  ],
  ['constrains output without thinking', { thinking: THINKING, grammar: AT_ONCE }, 'Hello', '{ok}'],
  [
    'does not constrain text before a call',
    { thinking: null, grammar: ON_CALL },
    'I <b> go: <call>nowhere',
    'I <b> go: <call>{ok}',
  ],
  ['does not constrain text without a call', { thinking: null, grammar: ON_CALL }, 'no <cal', 'no <cal'],
  [
    'does not constrain thinking',
    { thinking: THINKING, grammar: ON_CALL },
    '<think><call>x</think><call>x',
    '<think><call>x</think><call>{ok}',
  ],
  [
    'constrains a call that begins like thinking',
    { thinking: THINKING, grammar: ON_CALL },
    '<call>x',
    '<call>{ok}',
  ],
  [
    'constrains a call at the start of the output',
    { thinking: null, grammar: AT_START },
    '\n{"name":"x',
    '\n{"name":1',
  ],
  [
    'does not constrain a call that begins later',
    { thinking: null, grammar: AT_START },
    'a{"name":"x',
    'a{"name":"x',
  ],
  [
    'does not constrain output whose grammar cannot be compiled',
    { thinking: null, grammar: { text: 'unreadable', trigger: null } },
    'abc',
    'abc',
  ],
]

describe('GrammarSampler', () => {
  for (const [name, constraint, wanted, expected] of CASES) {
    it(name, () => {
      expect(written(constraint, tokensOf(wanted))).toBe(expected)
      // Where tokens are counted, or forced, it matters which they are.
      const { thinking, grammar } = constraint
      const isAlike = thinking === null || (thinking.maxTokens === null && grammar?.trigger !== null)
      if (isAlike) expect(written(constraint, unitsOf(wanted))).toBe(expected)
    })
  }

  it('applies the grammar to text after the end tag in the same token', () => {
    const constraint = {
      thinking: { ...THINKING, isOpen: true, endTag: '>' },
      grammar: { text: 'root ::= xy', trigger: null },
    }
    expect(written(constraint, [97, -LONGER.indexOf('>x') - 1, 98])).toBe('a>xy')
  })

  it('starts the grammar in the middle of a token', () => {
    const call = unitsOf('<cal')
    expect(written({ thinking: null, grammar: ON_CALL }, [97, ...call, -LONGER.indexOf('l>{') - 1, 98])).toBe(
      'a<call>{ok}',
    )
    expect(
      written({ thinking: null, grammar: { ...ON_CALL, text: 'root ::= <call>[ok]' } }, [
        97,
        ...call,
        -LONGER.indexOf('l>{') - 1,
      ]),
    ).toBe('a<call>[ok]')
  })

  it('never samples what the grammar rejects, whatever the model prefers', () => {
    const token = fc.oneof(
      fc.constantFrom(...unitsOf('{ok}1<>/call\n')),
      fc.integer({ min: -LONGER.length, max: -1 }),
    )
    const thinking = fc.constantFrom(
      null,
      THINKING,
      { ...THINKING, isOpen: true },
      { ...THINKING, maxTokens: 2 },
    )
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 40 }),
        thinking,
        fc.boolean(),
        (wanted, thinkingConstraint, isAtOnce) => {
          const text = written(
            { thinking: thinkingConstraint, grammar: isAtOnce ? AT_ONCE : ON_CALL },
            wanted,
          )
          const opened = thinkingConstraint?.isOpen || text.trimStart().startsWith('<think>')
          const end = text.indexOf('</think>')
          if (thinkingConstraint !== null && opened && end === -1) return
          const reply = thinkingConstraint !== null && opened ? text.slice(end + '</think>'.length) : text
          if (isAtOnce) expect(reply.trim()).toMatch(/^\{ok\}\d*$/)
          else expect(reply).toMatch(/^((?!<call>)[\s\S])*(<call>\{ok\}\d*)?$/)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

import { describe, expect, it } from 'vitest'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { scoredTextTokens, TokenAligner } from './token-aligner.ts'

const token = (text: string, change: Partial<ScoredToken> = {}): ScoredToken => ({
  text,
  bytes: null,
  logprob: -1,
  top: [],
  isControl: false,
  ...change,
})
const textsOf = (tokens: readonly ScoredToken[]) => tokens.map(({ text }) => text)

function alignerOf(...tokens: ScoredToken[]): TokenAligner {
  const aligner = new TokenAligner()
  aligner.add(tokens)
  return aligner
}

describe('TokenAligner', () => {
  it('takes the tokens in which a text ends, whatever pieces it comes in', () => {
    const aligner = alignerOf(token('Hello'), token(' you'), token('!'))
    expect(textsOf(aligner.take('Hel'))).toEqual(['Hello'])
    expect(textsOf(aligner.take('lo'))).toEqual([])
    expect(textsOf(aligner.take(' you!'))).toEqual([' you', '!'])
  })

  it('counts the white space that was cut off at the beginning', () => {
    const aligner = alignerOf(token(' Hi'), token(' you'))
    expect(textsOf(aligner.take('Hi'))).toEqual([' Hi'])
    expect(textsOf(aligner.take(' you'))).toEqual([' you'])
  })

  it('takes every token of a character that needs several', () => {
    const aligner = alignerOf(
      token('\ufffd', { bytes: [0xe2] }),
      token('\ufffd', { bytes: [0x82, 0xac] }),
      token(' each'),
    )
    expect(aligner.take('€')).toHaveLength(2)
    expect(textsOf(aligner.take(' each'))).toEqual([' each'])
  })

  it('omits what a stop sequence cut off, and otherwise takes the rest', () => {
    for (const [isCut, rest] of [
      [true, []],
      [false, ['STOP']],
    ] as const) {
      const aligner = alignerOf(token('Hi'), token('STOP'))
      aligner.take('Hi')
      expect(textsOf(aligner.takeRest(isCut))).toEqual(rest)
    }
  })
})

describe('scoredTextTokens', () => {
  it('returns the tokens of the text that was sent', () => {
    const events = (stopSequence: string | null) => [
      { type: 'completion-tokens', tokens: [token('Hi'), token('STOP')] } as const,
      { type: 'text-delta', text: 'Hi', completionTokens: 2 } as const,
      { type: 'completion-end', stopReason: 'stop-sequence', stopSequence } as const,
    ]
    expect(textsOf(scoredTextTokens(events('STOP')))).toEqual(['Hi'])
    expect(textsOf(scoredTextTokens(events(null)))).toEqual(['Hi', 'STOP'])
  })
})

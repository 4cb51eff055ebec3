import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CitableSource } from './citation.ts'
import { citationFilter } from './citation-filter.ts'
import { collectCompletion } from './collected-completion.ts'
import type { CompletionEvent } from './completion-event.ts'

const TEXT = 'The grass is green. The sky is blue.\n\nWater is wet. '
const SOURCE: CitableSource = {
  text: TEXT,
  starts: [0, 20, 38],
  cite: (citedText, range) => ({
    type: 'characters',
    citedText,
    documentIndex: 0,
    documentTitle: null,
    range,
  }),
}
const END = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null } as const

/** The parts of a reply whose text comes in these pieces, a token each. */
function partsOf(pieces: readonly string[]) {
  const filter = citationFilter([SOURCE, SOURCE])
  const events: CompletionEvent[] = pieces.map((text) => ({ type: 'text-delta', text, completionTokens: 1 }))
  const { parts, completionTokens } = collectCompletion([...events, END].flatMap((event) => filter([event])))
  return { parts, completionTokens }
}

const cited = (text: string, ...texts: [string, number, number][]) => ({
  type: 'text',
  text,
  citations: texts.map(([citedText, start, end]) => ({
    type: 'characters',
    citedText,
    documentIndex: 0,
    documentTitle: null,
    range: { start, end },
  })),
})
const plain = (text: string) => ({ type: 'text', text })
const GREEN: [string, number, number] = ['The grass is green.', 0, 19]
const BLUE: [string, number, number] = ['The sky is blue.', 20, 36]

describe('citationFilter', () => {
  it.each<[string, string, object[]]>([
    ['text without markers', 'Hi <b>there</b>', [plain('Hi <b>there</b>')]],
    [
      'a marker between texts',
      'Well: <cite ref="1:1">It is green</cite>, I think.',
      [plain('Well: '), cited('It is green', GREEN), plain(', I think.')],
    ],
    ['several references', '<cite ref="1:1, 2:2">Both.</cite>', [cited('Both.', GREEN, BLUE)]],
    [
      'chunks in a row',
      "<cite ref='1:1-3'>All.</cite>",
      [cited('All.', ['The grass is green. The sky is blue.\n\nWater is wet.', 0, 51])],
    ],
    ['the same reference twice', '<cite ref="1:1,1:1">Once.</cite>', [cited('Once.', GREEN)]],
    ['a chunk that there is not', 'A <cite ref="1:4">B</cite> C', [plain('A '), plain('B'), plain(' C')]],
    ['a source that there is not', '<cite ref="3:1">B</cite>', [plain('B')]],
    [
      'chunk 0, source 0, and a range that ends before it begins',
      '<cite ref="1:0,0:1,1:3-2">B</cite>',
      [plain('B')],
    ],
    ['no reference', '<cite>B</cite>', [plain('B')]],
    ['a marker without an end', 'A <cite ref="1:1">B', [plain('A '), cited('B', GREEN)]],
    [
      'a marker in a marker',
      '<cite ref="1:1">A<cite ref="1:2">B</cite>C</cite>D',
      [cited('A', GREEN), cited('B', BLUE), plain('C'), plain('D')],
    ],
    ['an end without a beginning', 'A</cite>B', [plain('A'), plain('B')]],
    ['a marker around nothing', 'A<cite ref="1:1"></cite>B', [plain('A'), plain('B')]],
    ['a marker that is cut off', 'A <cite ref="1:', [plain('A ')]],
    ['an end that is cut off', '<cite ref="1:1">A</ci', [cited('A', GREEN)]],
    ['a comparison at the end', '1 <', [plain('1 <')]],
    ['another tag', '<cites ref="1:1">A</cites>', [plain('<cites ref="1:1">A</cites>')]],
    ['a marker that is too long', `<cite ${'x'.repeat(160)}>A`, [plain(`<cite ${'x'.repeat(160)}>A`)]],
  ])('reads %s', (_, text, parts) => {
    expect(partsOf([text]).parts).toEqual(parts)
  })

  const pieces = fc.array(
    fc.constantFrom(
      '<',
      '<cite',
      ' ref="1:1"',
      '>',
      '</cite>',
      '</c',
      'ite>',
      '1:2-3',
      '"',
      'text',
      ' ',
      '<cite ref="2:3">',
      '<cite ref="1:9">',
    ),
    { maxLength: 14 },
  )

  it('reads the same however the text is cut', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(80)), (text, places) => {
        const whole = text.join('')
        const sorted = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b)
        const cut = [0, ...sorted].map((from, index) => whole.slice(from, sorted[index]))
        expect(partsOf(cut).parts).toEqual(partsOf([whole]).parts)
        expect(partsOf(cut).completionTokens).toBe(cut.length)
      }),
      { numRuns: 1_000 },
    )
  })

  it('cites nothing but exact excerpts', () => {
    fc.assert(
      fc.property(pieces, (text) => {
        for (const part of partsOf(text).parts) {
          for (const { citedText, range } of (part.type === 'text' && part.citations) || []) {
            expect(TEXT.slice(range.start, range.end)).toBe(citedText)
            expect(citedText).not.toBe('')
          }
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('ends a citation before a tool call', () => {
    const filter = citationFilter([SOURCE])
    const events = filter([
      { type: 'text-delta', text: '<cite ref="1:1">A <', completionTokens: 3 },
      { type: 'tool-call-start', id: null, name: 'f', completionTokens: 1 },
    ])
    expect(events.map(({ type }) => type)).toEqual([
      'text-delta',
      'text-delta',
      'citation',
      'text-block-end',
      'tool-call-start',
    ])
  })
})

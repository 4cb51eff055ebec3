import { expect, it } from 'vitest'
import { expectLinearCost } from '../../../test/cost-growth.ts'
import { citationFilter } from '../../completion/citation-filter.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import { splitSentences } from './split-sentences.ts'

it.each([
  ['sentences', 'A sentence. '],
  ['a text without ends', 'word'],
  ['white space', ' '],
  ['quotes after points', '.""'],
  ['points', '.'],
])('splitting %s takes linear time', async (_, piece) => {
  await expectLinearCost(
    {
      make: (count) => piece.repeat(count),
      run: (text) => splitSentences(text, [], new WorkSlices()),
    },
    40_000,
  )
})

const end: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
const source = {
  text: 'A sentence. '.repeat(100),
  starts: Array.from({ length: 100 }, (_, index) => index * 12),
  cite: (citedText: string, range: { start: number; end: number }) => ({
    type: 'characters' as const,
    citedText,
    documentIndex: 0,
    documentTitle: null,
    range,
  }),
}

it.each([
  ['markers', '<cite ref="1:2-9">a</cite>', 1],
  ['beginnings of markers', '<cite ', 1],
  ['angle brackets', '<', 1],
  ['markers in pieces of a character', '<cite ref="1:1">a</cite>', 24],
  ['a marker that does not end', '<cite ref="1:1"', 15],
])('reading %s takes linear time', async (_, piece, pieces) => {
  await expectLinearCost(
    {
      make: (count) =>
        Array.from({ length: count * pieces }, (_, index) =>
          pieces === 1 ? piece : piece.charAt(index % piece.length),
        ),
      run(texts) {
        const filter = citationFilter([source])
        const events = texts.flatMap((text) => filter([{ type: 'text-delta', text, completionTokens: 1 }]))
        expect(filter([end]).at(-1)).toEqual(end)
        return events.length
      },
    },
    pieces === 1 ? 10_000 : 1_000,
  )
})

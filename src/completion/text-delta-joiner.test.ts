import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompletionEvent, TextDelta } from './completion-event.ts'
import { StopSequenceFilter } from './stop-sequence-filter.ts'
import { textDeltaJoiner } from './text-delta-joiner.ts'

const text = (written: string, completionTokens = 1): TextDelta => ({
  type: 'text-delta',
  text: written,
  completionTokens,
})

const END: CompletionEvent = { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }

function tokensOf(events: readonly CompletionEvent[]): number {
  return events.reduce((sum, event) => sum + (event.type === 'text-delta' ? event.completionTokens : 0), 0)
}

describe('textDeltaJoiner', () => {
  it('joins texts in which no stop sequence can end', () => {
    const join = textDeltaJoiner(['END', '##'])
    expect(join([text('a'), text('b', 2), text('ENd')])).toEqual([text('abENd', 4)])
  })

  it('leaves texts apart where one may end, and those after them', () => {
    const join = textDeltaJoiner(['END', '##'])
    const possible = [text('a'), text('D'), text('b')]
    expect(join(possible)).toEqual(possible)
    const next = [text('c'), text('e')]
    expect(join(next)).toEqual(next)
    expect(join(next)).toEqual([text('ce', 2)])
  })

  it('leaves texts apart where the next turn may begin', () => {
    const turn = [text('\n\n'), text('Human'), text(':'), text(' more')]
    expect(textDeltaJoiner([])(turn)).toEqual(turn)
  })

  it('never changes how many tokens come before a stop sequence', () => {
    const letters = (minLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength, maxLength: 4 })
    const piece = fc.tuple(letters(0), fc.integer({ min: 0, max: 3 }))
    const groups = fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 6 })
    const countTokens = (
      stopSequences: readonly string[],
      arrived: readonly (readonly CompletionEvent[])[],
    ) => {
      const filter = new StopSequenceFilter(stopSequences)
      const passed: CompletionEvent[] = []
      for (const events of [...arrived, [END]]) {
        passed.push(...filter.pushAll(events))
        if (passed.at(-1)?.type === 'completion-end') break
      }
      return tokensOf(passed)
    }
    fc.assert(
      fc.property(groups, fc.array(letters(1), { maxLength: 3 }), (written, stopSequences) => {
        const apart = written.map((group) => group.map(([part, tokens]) => text(part, tokens)))
        const joined = apart.map(textDeltaJoiner(stopSequences))
        expect(countTokens(stopSequences, joined)).toBe(countTokens(stopSequences, apart))
      }),
    )
  })
})

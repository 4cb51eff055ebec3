import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import { type EchoEvidence, withoutEcho } from './without-echo.ts'

/** @param together how many events come together */
function responseOf(pieces: readonly string[], prefill: string, together: number) {
  const given: CompletionEvent[] = [
    { type: 'completion-start', promptTokens: 1 },
    ...pieces.map((text) => ({ type: 'text-delta', text, completionTokens: 1 }) as const),
    { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null },
  ]
  const step = withoutEcho(prefill)
  const passed: CompletionEvent[] = []
  for (let at = 0; at < given.length; at += together) passed.push(...step(given.slice(at, at + together)))
  let text = ''
  let completionTokens = 0
  let end = 0
  for (const event of passed) {
    if (event.type === 'text-delta') text += event.text
    if (event.type === 'text-delta') completionTokens += event.completionTokens
    if (event.type === 'completion-end') end += 1
  }
  return { text, completionTokens, end }
}

function piecesOf(text: string, cuts: readonly number[]): string[] {
  const ends = [...cuts.filter((cut) => cut < text.length), text.length].sort((a, b) => a - b)
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

describe('withoutEcho', () => {
  it.each([
    ['an echo goes', 'I am', 'I am here.', ' here.'],
    ['only the first goes', 'ha', 'hahaha', 'haha'],
    ['an answer with no echo stays', 'I am', ' here.', ' here.'],
    ['what begins like an echo stays', 'I am', 'I was', 'I was'],
    ['what ends like an echo stays', 'I am', 'I a', 'I a'],
    ['an echo with nothing after it is removed', 'I am', 'I am', ''],
    ['without a prefill all stays', '', 'I am', 'I am'],
  ])('%s, however it is cut', (_, prefill, response, expected) => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(response.length), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (cuts, together) => {
          const pieces = piecesOf(response, cuts)
          expect(responseOf(pieces, prefill, together)).toEqual({
            text: expected,
            completionTokens: pieces.length,
            end: 1,
          })
        },
      ),
    )
  })

  const textOf = (evidence: EchoEvidence, prefill: string, text: string) => {
    const delta = { type: 'text-delta', text, completionTokens: 1 } as const
    return withoutEcho(
      prefill,
      evidence,
    )([delta]).map((event) => (event.type === 'text-delta' ? event.text : ''))
  }

  it('lets a short prefill come again where an earlier response did not repeat its own', () => {
    const evidence: EchoEvidence = { repeatsPrefill: null }
    expect(textOf(evidence, '[', '[1]')).toEqual(['1]'])
    expect(textOf(evidence, 'The answer', ' is')).toEqual([' is'])
    expect(evidence.repeatsPrefill).toBe(false)
    expect(textOf(evidence, '[', '[1], [2]]')).toEqual(['[1], [2]]'])
    expect(textOf(evidence, 'The answer', 'The answer is')).toEqual([' is'])
    expect(evidence.repeatsPrefill).toBe(true)
    expect(textOf(evidence, '[', '[1]')).toEqual(['1]'])
  })
})

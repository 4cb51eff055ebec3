import { describe, expect, it } from 'vitest'
import { ANONYMOUS_CALLER } from '../completion/caller.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import { UsageMeter } from './usage-meter.ts'
import { type CompletionIdentity, NOTHING_CACHED } from './usage-record.ts'

const IDENTITY: CompletionIdentity = {
  requestId: 'req_1',
  caller: ANONYMOUS_CALLER,
  api: 'messages',
  modelId: 'm',
  engine: 'default',
  isStream: false,
  serviceTier: 'standard',
  engineModel: 'own',
}

/** A meter that received each event at its time, in milliseconds after the request. */
function meterOf(history: readonly (readonly [number, CompletionEvent])[]) {
  let nowMs = 1000
  const gaps: [number, number | null][] = []
  const meter = new UsageMeter(
    IDENTITY,
    () => nowMs,
    (tokens, sinceLastMs) => gaps.push([tokens, sinceLastMs]),
  )
  for (const [afterMs, event] of history) {
    nowMs = 1000 + afterMs
    meter.observe(event)
  }
  return { record: meter.usage(), gaps }
}

const delta = (completionTokens: number): CompletionEvent => ({
  type: 'text-delta',
  text: 'a',
  completionTokens,
})

describe('UsageMeter', () => {
  it('measures wait, prefill and first token, also when the prefill is reported late', () => {
    const { record } = meterOf([
      [1, { type: 'completion-start', promptTokens: 3 }],
      [50, { type: 'prefill-start', reusedPromptTokens: 2, agoMs: 40 }],
      [51, delta(1)],
      [60, { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }],
    ])
    expect(record).toEqual({
      ...IDENTITY,
      ...NOTHING_CACHED,
      promptTokens: 3,
      reusedPromptTokens: 2,
      completionTokens: 1,
      outcome: 'max-tokens',
      queueMs: 10,
      prefillMs: 41,
      timeToFirstTokenMs: 51,
      totalMs: 60,
    })
  })

  it('measures no wait and no prefill where the engine reports none', () => {
    const { record } = meterOf([
      [1, { type: 'completion-start', promptTokens: null }],
      [5, delta(1)],
    ])
    expect(record).toMatchObject({
      queueMs: null,
      prefillMs: null,
      timeToFirstTokenMs: 5,
      outcome: 'cancelled',
    })
  })

  it('measures no prefill without a token', () => {
    const { record } = meterOf([[10, { type: 'prefill-start', reusedPromptTokens: 0 }]])
    expect(record).toMatchObject({ queueMs: 10, prefillMs: null, timeToFirstTokenMs: null })
  })

  it('reports tokens with the time since those before them, and no text without tokens', () => {
    const { gaps } = meterOf([
      [10, delta(2)],
      [13, delta(0)],
      [15, delta(1)],
      [21, delta(3)],
    ])
    expect(gaps).toEqual([
      [2, null],
      [1, 5],
      [3, 6],
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { collectCompletion } from './collected-completion.ts'
import type { CompletionEnd } from './completion-event.ts'

const END: CompletionEnd = { type: 'completion-end', stopReason: 'tool-call', stopSequence: null }

describe('collectCompletion', () => {
  it('collects parts in the order of their events', () => {
    const collected = collectCompletion([
      { type: 'completion-start', promptTokens: null },
      { type: 'prefill-start', reusedPromptTokens: 2 },
      { type: 'thinking-delta', text: 'h', completionTokens: 1 },
      { type: 'thinking-delta', text: 'm', completionTokens: 1 },
      { type: 'thinking-signature', signature: 's' },
      { type: 'text-delta', text: '', completionTokens: 1 },
      { type: 'text-delta', text: 'I ', completionTokens: 1 },
      { type: 'text-delta', text: 'look.', completionTokens: 1 },
      { type: 'tool-call-start', id: null, name: 'look', completionTokens: 2 },
      { type: 'tool-input-delta', json: '{"at"', completionTokens: 2 },
      { type: 'tool-input-delta', json: ':1}', completionTokens: 2 },
      { type: 'tool-call-start', id: 'c2', name: 'rest', completionTokens: 1 },
      { type: 'prompt-usage', promptTokens: 9, reusedPromptTokens: 4, cacheReadTokens: 3 },
      END,
    ])
    expect(collected).toEqual({
      parts: [
        { type: 'thinking', text: 'hm', signature: 's' },
        { type: 'text', text: 'I look.' },
        { type: 'tool-call', id: null, name: 'look', json: '{"at":1}' },
        { type: 'tool-call', id: 'c2', name: 'rest', json: '' },
      ],
      promptTokens: 9,
      reusedPromptTokens: 4,
      thinkingTokens: 2,
      cacheReadTokens: 3,
      completionTokens: 12,
      end: END,
    })
  })

  it('collects nothing from a completion without text', () => {
    const events = [{ type: 'completion-start', promptTokens: 3 }, END] as const
    expect(collectCompletion(events)).toMatchObject({ parts: [], promptTokens: 3, completionTokens: 0 })
  })

  it('ends thinking with a signature, and takes a signature alone for redacted thinking', () => {
    const { parts } = collectCompletion([
      { type: 'thinking-signature', signature: 's1' },
      { type: 'thinking-delta', text: 'hm', completionTokens: 1 },
      { type: 'thinking-signature', signature: 's2' },
      { type: 'thinking-delta', text: 'so', completionTokens: 1 },
      END,
    ])
    expect(parts).toEqual([
      { type: 'thinking', text: '', signature: 's1' },
      { type: 'thinking', text: 'hm', signature: 's2' },
      { type: 'thinking', text: 'so', signature: null },
    ])
  })
})

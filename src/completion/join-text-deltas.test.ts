import { describe, expect, it } from 'vitest'
import type { CompletionEvent } from './completion-event.ts'
import { joinTextDeltas } from './join-text-deltas.ts'

const text = (written: string, completionTokens = 1): CompletionEvent => ({
  type: 'text-delta',
  text: written,
  completionTokens,
})
const END: CompletionEvent = { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }
const USAGE: CompletionEvent = { type: 'prompt-usage', promptTokens: 3, reusedPromptTokens: 0 }

describe('joinTextDeltas', () => {
  it('joins adjacent texts and adds up their tokens', () => {
    expect(joinTextDeltas([text('a'), text('b', 2), USAGE, text('c'), text('', 4), END])).toEqual([
      text('ab', 3),
      USAGE,
      text('c', 5),
      END,
    ])
  })

  it('keeps texts at the end', () => {
    expect(joinTextDeltas([text('a'), text('b')])).toEqual([text('ab', 2)])
  })
})

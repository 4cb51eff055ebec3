import { describe, expect, it } from 'vitest'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { chatCompletionFormat } from './chat-completion-format.ts'

const START: CompletionEvent = { type: 'completion-start', promptTokens: 9 }
const CALL: CompletionEvent = { type: 'tool-call-start', id: 'c1', name: 't', completionTokens: 2 }
const end = (stopReason: 'tool-call' | 'max-tokens'): CompletionEvent => ({
  type: 'completion-end',
  stopReason,
  stopSequence: null,
})

const bodyOf = (events: readonly CompletionEvent[], usesFunctions = false) =>
  chatCompletionFormat({ modelId: 'm', usesFunctions, includeUsage: false, nowMs: 1999 }).body(events)

describe('chatCompletionFormat', () => {
  it('has identity, one choice and usage', () => {
    expect(bodyOf([START, CALL, end('tool-call')])).toEqual({
      object: 'chat.completion',
      id: expect.stringMatching(/^chatcmpl-/),
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: expect.objectContaining({ role: 'assistant', content: null }),
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
    })
  })

  it.each<[string, CompletionEvent[], boolean, string | null]>([
    ['a call in the oldest form', [CALL, end('tool-call')], true, 'function_call'],
    ['a call that was cut off', [CALL, end('max-tokens')], true, 'length'],
    ['no end', [START], false, null],
  ])('for %s has the right finish_reason', (_, events, usesFunctions, reason) => {
    expect(bodyOf(events, usesFunctions)).toMatchObject({ choices: [{ finish_reason: reason }] })
  })
})

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

const bodyOf = (events: readonly CompletionEvent[], usesFunctions = false, isScored = false) =>
  chatCompletionFormat({ modelId: 'm', usesFunctions, isScored, includeUsage: false, nowMs: 1999 }).body(
    events,
  )

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

  it('has the scores of the tokens of its text', () => {
    const token = { bytes: null, top: [{ text: 'Ho', bytes: null, logprob: -2 }], isControl: false }
    const scores: CompletionEvent = {
      type: 'completion-tokens',
      tokens: [
        { ...token, text: ' Hi', logprob: -0.5 },
        { ...token, text: '\ufffd', bytes: [195], logprob: -1 },
        { ...token, text: '</s>', logprob: -3, isControl: true },
      ],
    }
    const hi: CompletionEvent = { type: 'text-delta', text: 'Hi', completionTokens: 1 }
    const ended: CompletionEvent = {
      type: 'completion-end',
      stopReason: 'end-of-generation',
      stopSequence: null,
    }
    const top_logprobs = [{ token: 'Ho', logprob: -2, bytes: [72, 111] }]
    expect(bodyOf([START, scores, hi, ended], false, true)).toMatchObject({
      choices: [
        {
          message: { content: 'Hi' },
          logprobs: {
            content: [
              { token: ' Hi', logprob: -0.5, bytes: [32, 72, 105], top_logprobs },
              { token: '\ufffd', logprob: -1, bytes: [195], top_logprobs },
            ],
            refusal: null,
          },
        },
      ],
    })
  })
})

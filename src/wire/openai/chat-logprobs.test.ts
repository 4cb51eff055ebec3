import { describe, expect, it } from 'vitest'
import { chatLogprobs } from './chat-logprobs.ts'

const A = { text: 'é', bytes: null, logprob: -1, top: [], isControl: false }

describe('chatLogprobs', () => {
  it('is null where no token is scored', () => {
    expect(chatLogprobs([A], false)).toBeNull()
  })

  it('writes the UTF-8 of a token, or the bytes of part of a character', () => {
    const half = { text: '\ufffd', bytes: [0xc3], logprob: -3 }
    expect(chatLogprobs([{ ...A, top: [half] }], true)).toEqual({
      content: [
        {
          token: 'é',
          logprob: -1,
          bytes: [0xc3, 0xa9],
          top_logprobs: [{ token: '\ufffd', logprob: -3, bytes: [0xc3] }],
        },
      ],
      refusal: null,
    })
  })

  it('omits control tokens, and the first token of a prompt', () => {
    const tokens = [
      { ...A, isControl: true },
      { ...A, logprob: null },
    ]
    expect(chatLogprobs(tokens, true)).toEqual({ content: [], refusal: null })
  })
})

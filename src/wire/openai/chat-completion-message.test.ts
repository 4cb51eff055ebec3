import { describe, expect, it } from 'vitest'
import type { CollectedPart } from '../../completion/collected-completion.ts'
import { chatCompletionMessage } from './chat-completion-message.ts'

const TEXT: CollectedPart = { type: 'text', text: 'a' }
const THINKING: CollectedPart = { type: 'thinking', text: 'b', signature: null }
const CALL: CollectedPart = { type: 'tool-call', id: 'c1', name: 't', json: '{"a":1}' }
const EMPTY_CALL: CollectedPart = { type: 'tool-call', id: null, name: 'u', json: '' }
const MESSAGE = { role: 'assistant', content: 'a', refusal: null }
const CALLED = { name: 't', arguments: '{"a":1}' }

describe('chatCompletionMessage', () => {
  it.each<[string, CollectedPart[], object]>([
    ['no parts', [], { ...MESSAGE, content: '' }],
    ['texts', [TEXT, TEXT], { ...MESSAGE, content: 'aa' }],
    ['thinking', [THINKING, TEXT], { ...MESSAGE, reasoning_content: 'b' }],
    [
      'text and a call',
      [TEXT, CALL],
      { ...MESSAGE, tool_calls: [{ id: 'c1', type: 'function', function: CALLED }] },
    ],
    [
      'calls alone, with new ids where the engine gives none',
      [CALL, EMPTY_CALL],
      {
        ...MESSAGE,
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: CALLED },
          {
            id: expect.stringMatching(/^toolu_/),
            type: 'function',
            function: { name: 'u', arguments: '{}' },
          },
        ],
      },
    ],
  ])('shows %s', (_, parts, message) => {
    expect(chatCompletionMessage(parts, false)).toEqual(message)
  })

  it('shows the first call alone in the oldest form', () => {
    expect(chatCompletionMessage([CALL, EMPTY_CALL], true)).toEqual({
      ...MESSAGE,
      content: null,
      function_call: CALLED,
    })
  })
})

import { describe, expect, it } from 'vitest'
import { upstreamConversation } from '../../../../../test/upstream-histories.ts'
import { type Turn, textTurn } from '../../../../completion/turn.ts'
import { claudeMessages } from './claude-messages.ts'

const PICTURE = { type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } } as const

function messages(turns: readonly Turn[], prefill = '') {
  return claudeMessages(upstreamConversation({ turns, prefill }).prompt)
}

describe('claudeMessages', () => {
  it('keeps every block, thinking with its signature', () => {
    const calling: Turn = {
      role: 'assistant',
      parts: [
        { type: 'thinking', text: 'Hm.', signature: 's1' },
        { type: 'thinking', text: '', signature: 'redacted_thinking:xyz' },
        { type: 'thinking', text: 'of another engine', signature: null },
        { type: 'text', text: 'Moment.' },
        { type: 'tool-call', id: 'functions.f:0', name: 'f', input: { n: 1 } },
      ],
    }
    const toolResultTurn: Turn = {
      role: 'user',
      parts: [
        { type: 'text', text: 'Here.' },
        {
          type: 'tool-result',
          toolCallId: 'functions.f:0',
          isError: true,
          parts: [{ type: 'text', text: 'no' }, PICTURE],
        },
        { type: 'tool-result', toolCallId: 'g', isError: false, parts: [] },
      ],
    }
    expect(messages([textTurn('user', 'Hi'), calling, toolResultTurn])).toEqual([
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Hm.', signature: 's1' },
          { type: 'redacted_thinking', data: 'xyz' },
          { type: 'text', text: 'Moment.' },
          { type: 'tool_use', id: 'functions_f_0_d6bdd4de328a', name: 'f', input: { n: 1 } },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool_result',
            tool_use_id: 'functions_f_0_d6bdd4de328a',
            content: [
              { type: 'text', text: 'no' },
              { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            ],
            is_error: true,
          },
          { type: 'tool_result', tool_use_id: 'g' },
          { type: 'text', text: 'Here.' },
        ],
      },
    ])
  })

  it('keeps ids apart that differ in characters which the API refuses', () => {
    const calls = ['a.b', 'a:b', 'a_b'].map(
      (id) => ({ type: 'tool-call', id, name: 'f', input: {} }) as const,
    )
    const sent = messages([textTurn('user', 'Hi'), { role: 'assistant', parts: calls }])
    const ids = JSON.stringify(sent).match(/"id":"[a-zA-Z0-9_-]+"/g)
    expect(new Set(ids).size).toBe(3)
    expect(ids).toContain('"id":"a_b"')
  })

  it('joins neighbours, leaves out what is empty and ends with the prefill', () => {
    const url = { type: 'image', mediaType: null, source: { url: 'https://e.org/a.png' } } as const
    const turns: Turn[] = [
      textTurn('user', 'a'),
      { role: 'user', parts: [{ type: 'text', text: ' ' }, url] },
      textTurn('assistant', ' '),
      textTurn('user', 'b'),
    ]
    expect(messages(turns, 'Well \n')).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: { type: 'url', url: 'https://e.org/a.png' } },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'assistant', content: 'Well' },
    ])
  })
})

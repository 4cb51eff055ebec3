import { describe, expect, it } from 'vitest'
import { upstreamConversation } from '../../../../../test/upstream-histories.ts'
import { type Turn, textTurn } from '../../../../completion/turn.ts'
import { openAiMessages } from './openai-messages.ts'

const PICTURE = { type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } } as const
const CALLING: Turn = {
  role: 'assistant',
  parts: [
    { type: 'thinking', text: 'Hm.', signature: null },
    { type: 'text', text: 'Moment.' },
    { type: 'tool-call', id: 'a', name: 'get_weather', input: { city: 'Köln' } },
    { type: 'tool-call', id: 'b', name: 'get_time', input: {} },
  ],
}
const RESULTS: Turn = {
  role: 'user',
  parts: [
    {
      type: 'tool-result',
      toolCallId: 'a',
      isError: false,
      parts: [{ type: 'text', text: 'Rain' }, PICTURE, { type: 'text', text: '12 degrees' }],
    },
    { type: 'tool-result', toolCallId: 'b', isError: true, parts: [{ type: 'text', text: 'no clock' }] },
  ],
}
const CALLED = {
  role: 'assistant',
  content: 'Moment.',
  tool_calls: [
    { id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Köln"}' } },
    { id: 'b', type: 'function', function: { name: 'get_time', arguments: '{}' } },
  ],
}

function messages(turns: readonly Turn[], prefill = '', systemText = '') {
  return openAiMessages(upstreamConversation({ turns, prefill, systemText }).prompt, {
    thinkingField: 'reasoning_content',
  })
}

describe('openAiMessages', () => {
  it('gives results of tools messages of their own, and their pictures to the one who asks', () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
    expect(messages([textTurn('user', 'Weather?'), CALLING, RESULTS], '', 'Be brief.')).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Weather?' },
      { ...CALLED, reasoning_content: 'Hm.' },
      { role: 'tool', tool_call_id: 'a', content: 'Rain\n12 degrees' },
      { role: 'tool', tool_call_id: 'b', content: 'Error: no clock' },
      { role: 'user', content: [picture] },
    ])
  })

  it('sends thinking back only while the turn is not over', () => {
    const result = { type: 'tool-result', toolCallId: 'a', isError: false, parts: [] } as const
    const turn: Turn = { role: 'user', parts: [{ type: 'text', text: 'And now?' }, result] }
    expect(messages([textTurn('user', 'Weather?'), CALLING, turn, CALLING])).toEqual([
      { role: 'user', content: 'Weather?' },
      CALLED,
      { role: 'tool', tool_call_id: 'a', content: '' },
      { role: 'user', content: 'And now?' },
      { ...CALLED, reasoning_content: 'Hm.' },
    ])
    const { prompt } = upstreamConversation({ turns: [textTurn('user', 'Weather?'), CALLING] })
    expect(openAiMessages(prompt, { thinkingField: null })[1]).toEqual(CALLED)
    expect(openAiMessages(prompt, { thinkingField: 'reasoning' })[1]).toEqual({ ...CALLED, reasoning: 'Hm.' })
  })

  it('sends the thinking of every turn where the server wants it, and that of joined turns together', () => {
    const turns = [
      textTurn('user', 'Weather?'),
      CALLING,
      RESULTS,
      CALLING,
      CALLING,
      textTurn('user', 'Thanks.'),
    ]
    const { prompt } = upstreamConversation({ turns })
    const sent = openAiMessages(prompt, { thinkingField: 'reasoning_content', sendsAllThinking: true })
    const thinking = sent.flatMap((message) => message.reasoning_content ?? [])
    expect(thinking).toEqual(['Hm.', 'Hm.\n\nHm.'])
  })

  it('marks the prefill where the server asks for a mark', () => {
    const { prompt } = upstreamConversation({ turns: [textTurn('user', 'Hi')], prefill: 'Well' })
    expect(openAiMessages(prompt, { thinkingField: null, marksPrefill: true }).at(-1)).toEqual({
      role: 'assistant',
      content: 'Well',
      prefix: true,
    })
  })

  it('shows pictures where they stand, by their bytes or their address', () => {
    const url = { type: 'image', mediaType: null, source: { url: 'https://e.org/a.png' } } as const
    const parts = [{ type: 'text', text: 'This' } as const, PICTURE, { type: 'text', text: '' } as const, url]
    expect(messages([{ role: 'user', parts }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'This' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'image_url', image_url: { url: 'https://e.org/a.png' } },
        ],
      },
    ])
  })

  it('says nothing beside a call where nothing was said', () => {
    const turn: Turn = { role: 'assistant', parts: [{ type: 'tool-call', id: 'a', name: 'f', input: {} }] }
    expect(messages([textTurn('user', 'Hi'), turn])[1]).toMatchObject({ content: null })
  })

  it('joins neighbours, leaves out what is empty and ends with the prefill', () => {
    const turns: Turn[] = [
      textTurn('user', 'a'),
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'b' },
          { type: 'text', text: 'c' },
        ],
      },
      textTurn('assistant', ''),
      { role: 'user', parts: [PICTURE] },
      { role: 'assistant', parts: [{ type: 'thinking', text: 'Hm.', signature: null }] },
    ]
    expect(messages(turns, 'Well')).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a\n\nb\nc' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
      { role: 'assistant', content: 'Well' },
    ])
  })
})

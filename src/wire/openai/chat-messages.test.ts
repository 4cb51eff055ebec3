import { describe, expect, it } from 'vitest'
import { CompletionError } from '../../completion/completion-error.ts'
import { textTurn } from '../../completion/turn.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import { readChatMessages } from './chat-messages.ts'

const read = (messages: readonly unknown[], allowImageUrls = true) =>
  readChatMessages(messages, {
    modelId: 'm',
    capabilities: () => ({ images: true }),
    rules: { allowImageUrls },
    costs: { slices: new WorkSlices(), holdMembers: () => undefined },
  })
const HI = { role: 'user', content: 'Hi' }

describe('readChatMessages', () => {
  it('joins system and developer texts, wherever they are', async () => {
    const conversation = await read([
      { role: 'system', content: 'Be brief.' },
      HI,
      { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
    ])
    expect(conversation).toEqual({
      systemText: 'Be brief.\nBe kind.',
      turns: [textTurn('user', 'Hi')],
      prefill: '',
    })
  })

  it('joins adjacent messages of one role into one turn', async () => {
    const { turns } = await read([HI, { role: 'user', content: 'there' }])
    expect(turns).toEqual([textTurn('user', 'Hi\n\nthere')])
  })

  it('reads a last message of the assistant as the prefill, without trailing white space', async () => {
    const conversation = await read([HI, { role: 'assistant', content: 'I am ' }])
    expect(conversation).toMatchObject({ turns: [textTurn('user', 'Hi')], prefill: 'I am' })
  })

  it('reads calls and their results', async () => {
    const { turns, prefill } = await read([
      HI,
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"Ulm"}' } },
          { id: 'c2', type: 'function', function: { name: 'rest', arguments: '' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'rain' },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: 'done' }] },
      { role: 'user', content: 'So?' },
    ])
    expect(turns.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'tool-call', id: 'c1', name: 'look', input: { at: 'Ulm' } },
          { type: 'tool-call', id: 'c2', name: 'rest', input: {} },
        ],
      },
      {
        role: 'user',
        parts: [result('c1', 'rain'), result('c2', 'done'), { type: 'text', text: 'So?' }],
      },
    ])
    expect(prefill).toBe('')
  })

  it.each(['reasoning_content', 'reasoning'])('reads the %s of a message with calls', async (field) => {
    const call = { id: 'c', function: { name: 'f', arguments: '{}' } }
    const thinking = { type: 'thinking', text: 'Hm.', signature: null }
    const turnOf = async (message: object) =>
      (await read([HI, { role: 'assistant', ...message }, HI])).turns[1]?.parts
    expect(await turnOf({ tool_calls: [call], [field]: 'Hm.' })).toMatchObject([thinking, { id: 'c' }])
    for (const value of ['', null, 7, ['Hm.']]) {
      expect(await turnOf({ tool_calls: [call], [field]: value })).toMatchObject([{ id: 'c' }])
    }
    // The thinking of a reply is over.
    expect(await turnOf({ content: 'Yes', [field]: 'Hm.' })).toEqual([{ type: 'text', text: 'Yes' }])
  })

  it('reads calls in their oldest form, which have no ids', async () => {
    const { turns } = await read([
      HI,
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'rain' },
    ])
    expect(turns[1]?.parts).toEqual([{ type: 'tool-call', id: 'call_look', name: 'look', input: {} }])
    expect(turns[2]?.parts).toEqual([result('call_look', 'rain')])
  })

  it.each([
    [[{ role: 'system', content: 'S' }]],
    [
      [
        { role: 'developer', content: 'S' },
        { role: 'user', content: '' },
      ],
    ],
    [
      [
        { role: 'system', content: 'S' },
        { role: 'user', content: [] },
        { role: 'assistant', content: null },
      ],
    ],
  ])('reads a system text alone as the user’s turn: %j', async (messages) => {
    expect(await read(messages)).toEqual({
      systemText: '',
      turns: [{ role: 'user', parts: [{ type: 'text', text: 'S' }] }],
      prefill: '',
    })
  })

  it('reads images, and drops audio', async () => {
    const conversation = await read([
      {
        role: 'user',
        content: [
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBO' } },
          { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
        ],
      },
    ])
    expect(conversation.turns[0]?.parts).toEqual([
      { type: 'image', mediaType: 'image/png', source: { base64: 'iVBO' } },
      { type: 'image', mediaType: null, source: { url: 'https://example.com/a.png' } },
    ])
  })

  it('reads images in tool results, and URLs without an object', async () => {
    const picture = { type: 'image_url', image_url: 'data:image/png;base64,iVBO' }
    const { turns } = await read([
      HI,
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: [{ type: 'text', text: 'here' }, picture] },
      { role: 'tool', tool_call_id: 'c1', content: [picture] },
    ])
    const image = { type: 'image', mediaType: 'image/png', source: { base64: 'iVBO' } }
    expect(turns[2]?.parts).toEqual([
      { ...result('call_look', 'here'), parts: [{ type: 'text', text: 'here' }, image] },
      { ...result('c1', ''), parts: [image] },
    ])
  })

  it.each<[string, unknown[], string]>([
    [
      'no content',
      [
        { role: 'system', content: '' },
        { role: 'user', content: [] },
      ],
      'messages: at least one message with content is required',
    ],
    ['no object', [HI, 'x'], 'messages.1: Input should be a valid dictionary'],
    [
      'content of a wrong type',
      [{ role: 'user', content: 7 }],
      'messages.0.content: Input should be a valid string or list',
    ],
    [
      'a file',
      [{ role: 'user', content: [{ type: 'file' }] }],
      "messages.0.content.0.type: 'file' is not supported: use 'text' or 'image_url'",
    ],
    [
      'an image of the assistant',
      [HI, { role: 'assistant', content: [{ type: 'image_url', image_url: 'data:image/png;base64,iVBO' }] }],
      'messages.1.content: only text may stand here',
    ],
    [
      'an image without a URL',
      [{ role: 'user', content: [{ type: 'image_url' }] }],
      'messages.0.content.0.image_url: Field required',
    ],
    [
      'an image whose URL is not a string',
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 7 } }] }],
      'messages.0.content.0.image_url.url: Input should be a valid string',
    ],
    [
      'a result without the id of a call',
      [HI, { role: 'tool', content: 'x' }],
      'messages.1.tool_call_id: Field required',
    ],
    [
      'arguments that are no object',
      [HI, { role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'f', arguments: '[1]' } }] }],
      'messages.1.tool_calls.0.function.arguments: Input should be the JSON of an object',
    ],
  ])('refuses %s, with the place', async (_, messages, message) => {
    const refused = expect(read(messages)).rejects
    await refused.toThrow(CompletionError)
    await refused.toThrow(message)
  })
})

function result(toolCallId: string, text: string) {
  return { type: 'tool-result', toolCallId, parts: [{ type: 'text', text }], isError: false }
}

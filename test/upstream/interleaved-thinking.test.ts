import { describe, expect, it } from 'vitest'
import { accumulate } from '../conformance/accumulate-message.ts'
import { messageEvents, messageOf, sendMessage } from '../conformance/message-case.ts'
import { dataEvents, type UpstreamScript } from '../scripted-upstream.ts'
import { openServer } from './open-upstream.ts'

const ASKING = {
  max_tokens: 4_000,
  thinking: { type: 'enabled', budget_tokens: 2_000 },
  temperature: 1,
  tools: [{ name: 'look', input_schema: { type: 'object' } }],
}
const QUESTION = { role: 'user', content: 'What is the weather, here and there?' }
const thinking = (text: string) => ({ type: 'thinking', thinking: text, signature: `signed ${text}` })
const call = (id: string) => ({ type: 'tool_use', id, name: 'look', input: { at: id } })
const REDACTED = { type: 'redacted_thinking', data: 'opaque' }

/** Thinking before, between and after the calls of one turn. */
const BLOCKS = [
  thinking('Here.'),
  call('here'),
  REDACTED,
  thinking('And there.'),
  call('there'),
  thinking('Both.'),
]

function claudeScript(blocks: readonly Record<string, unknown>[]): UpstreamScript {
  const events = blocks.flatMap((block, index) => {
    const delta = (fields: object) => ({ type: 'content_block_delta', index, delta: fields })
    const start = (fields: object) => ({ type: 'content_block_start', index, content_block: fields })
    const deltas =
      block.type === 'thinking'
        ? [
            start({ type: 'thinking', thinking: '', signature: '' }),
            delta({ type: 'thinking_delta', thinking: block.thinking }),
            delta({ type: 'signature_delta', signature: block.signature }),
          ]
        : block.type === 'tool_use'
          ? [
              start({ ...block, input: {} }),
              delta({ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }),
            ]
          : [start(block)]
    return [...deltas, { type: 'content_block_stop', index }]
  })
  const all = [
    { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
    ...events,
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 30 } },
    { type: 'message_stop' },
  ]
  return { steps: all.map((event) => `event: ${event.type}\n${dataEvents(event)[0]}`) }
}

describe('thinking between tool calls', () => {
  it('of Claude is kept with its signatures, whole and streamed, and goes back', async () => {
    const server = await openServer(claudeScript(BLOCKS), { kind: 'claude-messages' })
    const body = { ...ASKING, messages: [QUESTION] }
    const whole = await messageOf(await sendMessage(server, { body }))
    expect(whole.content).toEqual(BLOCKS)
    const streamed = await sendMessage(server, { body: { ...body, stream: true } })
    expect(accumulate(await messageEvents(streamed)).content).toEqual(BLOCKS)

    const results = ['here', 'there'].map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'rain' }))
    const history = [
      QUESTION,
      { role: 'assistant', content: whole.content },
      { role: 'user', content: results },
    ]
    await messageOf(await sendMessage(server, { body: { ...ASKING, messages: history } }))
    expect(server.upstream.requests.at(-1)?.body.messages).toMatchObject([
      QUESTION,
      { role: 'assistant', content: BLOCKS },
      { role: 'user', content: [{ tool_use_id: 'here' }, { tool_use_id: 'there' }] },
    ])
  })

  it('of other servers is kept too, and goes back in the turn that is not over', async () => {
    const delta = (fields: object) => ({ choices: [{ delta: fields }] })
    const called = (index: number, id: string) =>
      delta({ tool_calls: [{ index, id, function: { name: 'look', arguments: '{}' } }] })
    const server = await openServer(
      {
        steps: dataEvents(
          delta({ reasoning_content: 'Here.' }),
          called(0, 'a'),
          delta({ reasoning_content: 'And there.' }),
          called(1, 'b'),
          { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
          '[DONE]',
        ),
      },
      { server: 'vllm' },
    )
    const whole = await messageOf(await sendMessage(server, { body: { ...ASKING, messages: [QUESTION] } }))
    expect(whole.content.map(({ type }) => type)).toEqual(['thinking', 'tool_use', 'thinking', 'tool_use'])
    const results = ['a', 'b'].map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'rain' }))
    const history = [
      QUESTION,
      { role: 'assistant', content: whole.content },
      { role: 'user', content: results },
    ]
    await messageOf(await sendMessage(server, { body: { ...ASKING, messages: history } }))
    expect(server.upstream.requests.at(-1)?.body.messages).toMatchObject([
      {},
      { role: 'assistant', reasoning_content: 'Here.And there.', tool_calls: [{ id: 'a' }, { id: 'b' }] },
      { tool_call_id: 'a' },
      { tool_call_id: 'b' },
    ])
  })
})

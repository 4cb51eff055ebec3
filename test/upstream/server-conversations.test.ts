import { describe, expect, it } from 'vitest'
import { accumulate } from '../conformance/accumulate-message.ts'
import { send } from '../conformance/conformance-case.ts'
import { messageEvents, messageOf, sendCount, sendMessage } from '../conformance/message-case.ts'
import { readEvents, textOf } from '../conformance/read-events.ts'
import { dataEvents, jsonScript, type UpstreamStep } from '../scripted-upstream.ts'
import { upstreamHistory } from '../upstream-histories.ts'
import type { UpstreamSettingsChange } from '../upstream-settings.ts'
import { openServer } from './open-upstream.ts'

const INPUT_SCHEMA = { type: 'object', properties: { city: { type: 'string' } } }
const ASKING = {
  max_tokens: 4_000,
  thinking: { type: 'enabled', budget_tokens: 2_000 },
  temperature: 1,
  tools: [
    { name: 'get_weather', description: 'The weather somewhere.', input_schema: INPUT_SCHEMA },
    { name: 'get_time', input_schema: { type: 'object' } },
  ],
}
const QUESTION = { role: 'user', content: 'What is the weather, and when?' }

const SERVERS: [string, UpstreamSettingsChange][] = [
  ['vllm-tools', { server: 'vllm' }],
  ['sglang-tools', { server: 'sglang' }],
  ['llama-server-tools', { server: 'llama-server' }],
  ['ollama-tools', { server: 'ollama' }],
  ['claude-tools', { kind: 'claude-messages' }],
]

describe.each(SERVERS)('a tool call in the recorded response %s', (history, settings) => {
  it('is a message with thinking, whole and streamed, and is sent back with its results', async () => {
    const server = await openServer({ steps: [upstreamHistory(history)] }, settings)
    const body = { ...ASKING, messages: [QUESTION] }
    const whole = await messageOf(await sendMessage(server, { body }))
    expect(whole).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'Hm. Größe?', signature: expect.stringMatching(/./) },
        { type: 'text', text: 'Moment.' },
        { type: 'tool_use', name: 'get_weather', input: { city: 'Köln 👩‍🚀' } },
        { type: 'tool_use', name: 'get_time', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { output_tokens: 33 },
    })
    const { input_tokens: uncached, cache_read_input_tokens: cached } = whole.usage
    expect(uncached + cached).toBe(180)
    const streamed = await sendMessage(server, { body: { ...body, stream: true } })
    const { content, stop_reason } = accumulate(await messageEvents(streamed))
    expect({ content, stop_reason }).toEqual({ content: whole.content, stop_reason: 'tool_use' })

    const results = whole.content.flatMap(({ type, id }) =>
      type === 'tool_use' ? [{ type: 'tool_result', tool_use_id: id, content: `of ${id}` }] : [],
    )
    const messages = [
      QUESTION,
      { role: 'assistant', content: whole.content },
      { role: 'user', content: results },
    ]
    await messageOf(await sendMessage(server, { body: { ...ASKING, messages } }))
    const sent = server.upstream.requests.at(-1)?.body.messages as Record<string, unknown>[]
    const ids = results.map(({ tool_use_id }) => tool_use_id)
    if (settings.kind === 'claude-messages') {
      expect(sent[1]).toEqual({ role: 'assistant', content: whole.content })
      expect(sent[2]?.content).toMatchObject(ids.map((id) => ({ type: 'tool_result', tool_use_id: id })))
    } else {
      expect(sent[1]).toMatchObject({
        content: 'Moment.',
        tool_calls: [{ id: ids[0], function: { name: 'get_weather' } }, { id: ids[1] }],
        [settings.server === 'ollama' ? 'reasoning' : 'reasoning_content']: 'Hm. Größe?',
      })
      expect(sent.slice(2)).toEqual(
        ids.map((id) => ({ role: 'tool', tool_call_id: id, content: `of ${id}` })),
      )
    }
  })

  it('is a chat completion, whole and streamed', async () => {
    const server = await openServer({ steps: [upstreamHistory(history)] }, settings)
    const tools = ASKING.tools.map(({ name, input_schema: parameters }) => ({
      type: 'function',
      function: { name, parameters },
    }))
    const body = { model: 'claude-opus-4-5', max_tokens: 4_000, messages: [QUESTION], tools }
    const ask = (more: object) =>
      send(server, {
        path: '/v1/chat/completions',
        headers: { authorization: 'Bearer K' },
        rawBody: JSON.stringify({ ...body, ...more }),
      })
    const whole = await (await ask({})).json()
    expect(whole).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            content: 'Moment.',
            tool_calls: [{ function: { name: 'get_weather' } }, { function: { name: 'get_time' } }],
          },
        },
      ],
    })
    const events = readEvents(await (await ask({ stream: true })).text()).map(({ data }) => data)
    const pieces = events
      .filter((data) => data !== '[DONE]')
      .flatMap((data) => JSON.parse(data).choices[0]?.delta.tool_calls ?? [])
    const inputOf = (index: number) =>
      pieces.map((piece) => (piece.index === index ? (piece.function.arguments ?? '') : '')).join('')
    expect([inputOf(0), inputOf(1)].map((json) => JSON.parse(json))).toEqual([{ city: 'Köln 👩‍🚀' }, {}])
  })
})

const HALF: Record<string, UpstreamStep[]> = {
  'openai-chat': dataEvents({
    choices: [
      {
        index: 0,
        delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"n":' } }] },
      },
    ],
  }),
  'claude-messages': dataEvents(
    { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} },
    },
    { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"n":' } },
  ),
}

describe.each(['openai-chat', 'claude-messages'] as const)(
  'an upstream of %s that fails in the middle of a tool call',
  (kind) => {
    const STREAM = { body: { ...ASKING, stream: true } }

    it('ends the stream with an error when it is killed', async () => {
      const server = await openServer({ steps: [...(HALF[kind] ?? []), 'stall'] }, { kind })
      const response = await sendMessage(server, STREAM)
      expect(response.status).toBe(200)
      const events = readEvents(
        await textOf(response, (text) => {
          if (text.includes('content_block_start')) void server.upstream.close()
        }),
      )
      expect(events.filter(({ name }) => name === 'content_block_start')).toHaveLength(1)
      expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({
        type: 'error',
        error: { type: 'api_error', message: 'The connection to the upstream engine was lost.' },
      })
      const down = await sendMessage(server, { body: ASKING })
      expect(down.status).toBe(500)
    })

    it('fails a message that is not streamed', async () => {
      const server = await openServer({ steps: [...(HALF[kind] ?? []), 'destroy'] }, { kind })
      const response = await sendMessage(server, { body: ASKING })
      expect(response.status).toBe(500)
      expect(await response.json()).toMatchObject({ error: { type: 'api_error' } })
    })

    it('is cancelled when the client disconnects', async () => {
      const server = await openServer({ steps: [...(HALF[kind] ?? []), 'stall'] }, { kind })
      const response = await sendMessage(server, STREAM)
      const reader = response.body?.getReader()
      await reader?.read()
      const cancelledAtMs = performance.now()
      await reader?.cancel()
      await expect.poll(() => server.upstream.cancelledAtMs.length, { interval: 5 }).toBe(1)
      // The rule is 100 ms; a busy machine gets more.
      expect((server.upstream.cancelledAtMs[0] ?? 0) - cancelledAtMs).toBeLessThan(500)
    })
  },
)

it.each<[UpstreamSettingsChange, string]>([
  [{ server: 'vllm' }, '/tokenize'],
  [{ server: 'llama-server' }, '/v1/chat/completions/input_tokens'],
  [{ kind: 'claude-messages' }, '/v1/messages/count_tokens'],
])('counts the tokens of tools with %j', async (settings, path) => {
  const server = await openServer(jsonScript({ count: 21, input_tokens: 21 }), settings)
  const response = await sendCount(server, { body: { tools: ASKING.tools } })
  expect(await response.json()).toEqual({ input_tokens: 21 })
  expect(server.upstream.requests).toMatchObject([{ path, body: { tools: [{}, {}] } }])
})

it('refuses what the model of an upstream does not support', async () => {
  const server = await openServer({ steps: [] }, { server: 'vllm', tools: false })
  const response = await sendMessage(server, { body: ASKING })
  expect(response.status).toBe(400)
  expect(server.upstream.requests).toEqual([])
})

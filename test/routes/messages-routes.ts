import { readEvents } from '../conformance/read-events.ts'
import { CLAUDE_ERRORS, readClaudeStreamError } from './claude-errors.ts'
import type { Completed, CompletingRoute, PlainRoute, StreamEnd } from './completing-route.ts'
import { expectThat } from './expect-that.ts'
import { MESSAGES_GROWTH } from './messages-growth.ts'

const HEADERS = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }

type Json = Readonly<Record<string, unknown>>

/** `POST /v1/messages`. */
export const MESSAGES_ROUTE: CompletingRoute = {
  name: 'messages',
  path: '/v1/messages',
  headers: HEADERS,
  apiKeyHeader: 'x-api-key',
  takesTurns: true,
  body: ({ text, modelId, maxTokens, temperature }, stream) => ({
    model: modelId,
    messages: [{ role: 'user', content: text }],
    max_tokens: maxTokens,
    temperature,
    stream,
  }),
  richBody: (modelId) => ({
    model: modelId,
    max_tokens: 8,
    system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Hi' }, DOCUMENT, PICTURE] },
      {
        role: 'assistant',
        content: [THINKING, { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 'x' } }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'y', is_error: false }],
      },
      { role: 'assistant', content: 'It' },
    ],
    tools: [
      {
        name: 'look',
        description: 'Looks',
        input_schema: { type: 'object', properties: { at: { type: 'string' } } },
      },
    ],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    output_config: { effort: 'low', format: { type: 'json_schema', schema: { type: 'object' } } },
    metadata: { user_id: 'u' },
    stop_sequences: ['END'],
    service_tier: 'auto',
    temperature: 1,
    top_k: 5,
    top_p: 0.9,
    stream: false,
  }),
  growable: MESSAGES_GROWTH,
  badFields: [
    ['no_such_field', 1],
    ['temperature', 'hot'],
    ['temperature', 2],
    ['model', ''],
    ['max_tokens', -1],
    ['messages', []],
    ['messages', [{ role: 'stranger', content: 'Hi' }]],
    ['messages', [{ role: 'user', content: [{ type: 'smell' }] }]],
    ['stop_sequences', [' ']],
    ['stream', 'yes'],
  ],
  // A reply starts without a space.
  shown: (completion) => completion.replace(/^ /, ''),
  readWhole(body) {
    expectThat(body.type === 'message' && body.role === 'assistant', 'a message', body)
    expectThat(/^msg_/.test(String(body.id)), 'an id', body.id)
    return completedOf(body, body.content)
  },
  readStream(body) {
    const events = readEvents(body).filter(({ name }) => name !== 'ping')
    const last = events.at(-1)
    if (last?.name === 'error') return readClaudeStreamError(JSON.parse(last.data))
    return readMessageEvents(
      events.map(({ name, data }) => {
        const event = JSON.parse(data) as Json
        expectThat(event.type === name, `the type ${name}`, event.type)
        return event
      }),
    )
  },
  errors: CLAUDE_ERRORS,
}

/** `POST /v1/messages/count_tokens`. */
export const COUNT_TOKENS_ROUTE: PlainRoute = {
  name: 'count tokens',
  method: 'POST',
  path: '/v1/messages/count_tokens',
  headers: HEADERS,
  body: { model: 'claude-2.1', messages: [{ role: 'user', content: 'How long is this?' }] },
  growable: MESSAGES_GROWTH,
  check(body) {
    const tokens = JSON.parse(body).input_tokens
    expectThat(Number.isInteger(tokens) && tokens > 3, 'a count', body)
  },
  errors: CLAUDE_ERRORS,
}

const DOCUMENT = {
  type: 'document',
  title: 'A',
  source: { type: 'text', media_type: 'text/plain', data: 'The sky.' },
}
const PICTURE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }
const THINKING = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }

/** A start, blocks one after the other, the end of the message, and the stop. */
function readMessageEvents(events: readonly Json[]): StreamEnd {
  const types = events.map(({ type }) => type)
  expectThat(types[0] === 'message_start', 'a message_start at first', types)
  expectThat(
    types.at(-1) === 'message_stop' && types.at(-2) === 'message_delta',
    'the end of a message',
    types,
  )
  const blocks: { type: string; text: string }[] = []
  let isOpen = false
  for (const event of events.slice(1, -2)) {
    if (event.type === 'content_block_start') {
      expectThat(!isOpen && event.index === blocks.length, 'one block after the other', event)
      blocks.push({ ...(event.content_block as { type: string }), text: '' })
    } else expectThat(isOpen && event.index === blocks.length - 1, 'a delta of the open block', event)
    isOpen = event.type !== 'content_block_stop'
    const block = blocks.at(-1)
    if (block) block.text += ((event.delta ?? {}) as Json).text ?? ''
  }
  expectThat(!isOpen, 'closed blocks', types)
  return { type: 'completed', completed: completedOf(events.at(-2)?.delta as Json, blocks) }
}

function completedOf(ending: Json, content: unknown): Completed {
  const reason = ending.stop_reason
  expectThat(Array.isArray(content), 'content', content)
  expectThat(typeof reason === 'string', 'a stop reason', ending)
  const texts = content.map((block) => (block.type === 'text' ? block.text : ''))
  return { text: texts.join(''), isWhole: reason === 'end_turn' }
}

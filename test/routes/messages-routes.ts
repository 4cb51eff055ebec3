import { readEvents } from '../conformance/read-events.ts'
import { CLAUDE_ERRORS, readClaudeStreamError } from './claude-errors.ts'
import type { Completed, CompletingRoute, PlainRoute, StreamEnd } from './completing-route.ts'
import { expectThat } from './expect-that.ts'
import { messagesBodies } from './messages-bodies.ts'
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
  richBodies: messagesBodies,
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
  queries: ['beta=true'],
  growable: MESSAGES_GROWTH,
  check(body) {
    const tokens = JSON.parse(body).input_tokens
    expectThat(Number.isInteger(tokens) && tokens > 3, 'a count', body)
  },
  errors: CLAUDE_ERRORS,
}

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

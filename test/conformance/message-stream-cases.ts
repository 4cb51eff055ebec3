import { expect } from 'vitest'
import { CompletionError } from '../../src/completion/completion-error.ts'
import { accumulate } from './accumulate-message.ts'
import { type ConformanceCase, expectError, INVALID_REQUEST } from './conformance-case.ts'
import { MESSAGES_MODEL, messageEvents, messageOf, sendMessage } from './message-case.ts'
import {
  EVERYTHING,
  EVERYTHING_CONTENT,
  SIGNED_THINKING,
  SIGNED_THINKING_CONTENT,
  WEATHER_TOOL,
} from './message-response-cases.ts'
import { readEvents } from './read-events.ts'

const STREAM = { body: { stream: true } }

/** The API's events for a text, with our own values. */
const TEXT_BYTES = `event: message_start
data: {"type":"message_start","message":{"id":"ID","type":"message","role":"assistant","content":[],"model":"${MESSAGES_MODEL}","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" \\u00e9\\u2028"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":3,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2}}

event: message_stop
data: {"type":"message_stop"}

`

/** Messages that are streamed. */
export const MESSAGE_STREAM_CASES: readonly ConformanceCase[] = [
  {
    number: 'M2.7a',
    title: 'the bytes of a streamed text',
    script: { steps: ['Hello', ' é\u2028', { ends: 'end-of-generation' }] },
    check: async (server) => {
      const response = await sendMessage(server, STREAM)
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect((await response.text()).replace(/msg_01\w{22}/, 'ID')).toBe(TEXT_BYTES)
    },
  },
  {
    number: 'M2.7b',
    title: 'a stream accumulates to the message without streaming',
    check: async (server) => {
      const whole = await messageOf(await sendMessage(server))
      const streamed = accumulate(await messageEvents(await sendMessage(server, STREAM)))
      expect({ ...streamed, id: '' }).toEqual({ ...whole, id: '' })
    },
  },
  {
    number: 'M2.7c',
    title: 'thinking, text and calls are streamed block by block',
    script: EVERYTHING,
    check: async (server) => {
      const events = await messageEvents(
        await sendMessage(server, { body: { stream: true, tools: [WEATHER_TOOL] } }),
      )
      expect(accumulate(events)).toMatchObject({ content: EVERYTHING_CONTENT, stop_reason: 'tool_use' })
      const outline = events.map(({ type, content_block, delta }) => [
        type,
        (content_block as { type: string } | undefined)?.type ??
          (delta as { type: string } | undefined)?.type,
      ])
      expect(outline).toEqual([
        ['message_start', undefined],
        ['content_block_start', 'thinking'],
        ['content_block_delta', 'thinking_delta'],
        ['content_block_delta', 'thinking_delta'],
        ['content_block_delta', 'signature_delta'],
        ['content_block_stop', undefined],
        ['content_block_start', 'text'],
        ['content_block_delta', 'text_delta'],
        ['content_block_stop', undefined],
        ['content_block_start', 'tool_use'],
        ['content_block_delta', 'input_json_delta'],
        ['content_block_delta', 'input_json_delta'],
        ['content_block_delta', 'input_json_delta'],
        ['content_block_stop', undefined],
        ['content_block_start', 'tool_use'],
        ['content_block_delta', 'input_json_delta'],
        ['content_block_stop', undefined],
        ['message_delta', undefined],
        ['message_stop', undefined],
      ])
      const start = events.find(
        ({ content_block: block }) => (block as { type: string })?.type === 'tool_use',
      )
      expect(start?.content_block).toMatchObject({ name: 'get_weather', input: {} })
    },
  },
  {
    number: 'M2.7c2',
    title: 'every signed part of thinking is streamed as a block',
    script: SIGNED_THINKING,
    check: async (server) => {
      const events = await messageEvents(await sendMessage(server, STREAM))
      expect(accumulate(events).content).toEqual(SIGNED_THINKING_CONTENT)
    },
  },
  {
    number: 'M2.7d',
    title: 'an empty text is no block',
    script: { steps: [{ ends: 'end-of-generation' }] },
    check: async (server) => {
      const events = await messageEvents(await sendMessage(server, STREAM))
      expect(events.map(({ type }) => type)).toEqual(['message_start', 'message_delta', 'message_stop'])
    },
  },
  {
    number: 'M2.7e',
    title: 'a slow model is bridged by pings, none of them before the start',
    script: { steps: [{ delayMs: 120 }, 'Slow', { ends: 'end-of-generation' }] },
    pingIntervalMs: 20,
    check: async (server) => {
      const events = readEvents(await (await sendMessage(server, STREAM)).text())
      const names = events.map(({ name }) => name)
      expect(names.slice(0, 2)).toEqual(['message_start', 'ping'])
      expect(names.indexOf('content_block_start')).toBeGreaterThan(1)
    },
  },
  {
    number: 'M2.7f',
    title: 'a model that fails midway ends the stream with an error event',
    script: { steps: ['Half', { throws: new CompletionError('overloaded', 'Overloaded') }] },
    check: async (server) => {
      const response = await sendMessage(server, STREAM)
      const last = readEvents(await response.text()).at(-1)
      expect(response.status).toBe(200)
      expect(last?.name).toBe('error')
      expect(JSON.parse(last?.data ?? '')).toEqual({
        type: 'error',
        error: { type: 'overloaded_error', message: 'Overloaded' },
        request_id: response.headers.get('request-id'),
      })
    },
  },
  {
    number: 'M2.7g',
    title: 'a failure before the first byte is a plain error',
    script: { beforeStart: [{ throws: new CompletionError('overloaded', 'Overloaded') }], steps: [] },
    check: async (server) => {
      await expectError(await sendMessage(server, STREAM), 529, 'overloaded_error', 'Overloaded')
      const wrong = await sendMessage(server, { body: { stream: true, max_tokens: -1 } })
      await expectError(wrong, 400, INVALID_REQUEST, /^max_tokens: /)
    },
  },
]

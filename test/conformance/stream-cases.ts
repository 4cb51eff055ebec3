import { expect } from 'vitest'
import { CompletionError } from '../../src/completion/completion-error.ts'
import {
  type ConformanceCase,
  completionOf,
  expectError,
  INVALID_REQUEST,
  MODEL,
  send,
  textOf,
} from './conformance-case.ts'
import { completionEvents, joinedText, readEvents } from './read-events.ts'

const STREAM = { body: { stream: true } }
const STREAM_OF_2023_01_01 = { ...STREAM, headers: { 'anthropic-version': '2023-01-01' } }

/** Cases 42 to 51, 75 and 76: streams of both versions. */
export const STREAM_CASES: readonly ConformanceCase[] = [
  {
    number: '42',
    title: 'headers of a stream, and no events of other names',
    check: async (server) => {
      const response = await send(server, STREAM)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      const names = readEvents(await response.text()).map(({ name }) => name)
      expect(names.filter((name) => name !== 'completion' && name !== 'ping')).toEqual([])
    },
  },
  {
    number: '43',
    title: 'one id on all events, an empty last one, and the body closed after it',
    check: async (server) => {
      const response = await send(server, STREAM)
      const { text, lastPieceMs, closedMs } = await timedBody(response)
      const events = completionEvents(readEvents(text))
      expect(new Set(events.flatMap(({ id, log_id }) => [id, log_id])).size).toBe(1)
      expect(events.at(-1)).toMatchObject({ completion: '', stop_reason: expect.any(String) })
      expect(events.slice(0, -1).every((event) => event.stop_reason === null && event.stop === null)).toBe(
        true,
      )
      // The rule is 100 ms; a busy machine gets more.
      expect(closedMs - lastPieceMs).toBeLessThan(1000)
    },
  },
  {
    number: '44',
    title: 'a stream joins to the text without streaming',
    check: async (server) => {
      const whole = await textOf(await send(server))
      const events = readEvents(await (await send(server, STREAM)).text())
      expect(joinedText(events)).toBe(whole)
    },
  },
  {
    number: '45',
    title: 'a slow model is bridged by pings',
    script: { steps: [{ delayMs: 120 }, ' Slow', { ends: 'end-of-generation' }] },
    pingIntervalMs: 20,
    check: async (server) => {
      const events = readEvents(await (await send(server, STREAM)).text())
      const pings = events.filter(({ name }) => name === 'ping')
      expect(pings.length).toBeGreaterThan(1)
      for (const { data } of pings) expect(JSON.parse(data)).toEqual({ type: 'ping' })
    },
  },
  {
    number: '46',
    title: 'line separators and emoji are escaped on the wire and right when decoded',
    script: { steps: [' a\u2028b', '\u2029\u0085', '😀é', { ends: 'end-of-generation' }] },
    check: async (server) => {
      const body = await (await send(server, STREAM)).text()
      expect(body).toMatch(/^[\r\n\x20-\x7e]*$/)
      expect(joinedText(readEvents(body))).toBe(' a\u2028b\u2029\u0085😀é')
    },
  },
  {
    number: '47',
    title: 'no part of a stop sequence over two tokens is sent',
    script: { steps: [' one ST', 'OP two', { ends: 'end-of-generation' }] },
    check: async (server) => {
      const response = await send(server, { body: { stream: true, stop_sequences: ['STOP'] } })
      const events = readEvents(await response.text())
      expect(joinedText(events)).toBe(' one ')
      expect(completionEvents(events).at(-1)).toMatchObject({ stop: 'STOP', stop_reason: 'stop_sequence' })
    },
  },
  {
    number: '48',
    title: 'a model that fails midway ends the stream with an error event',
    script: { steps: [' Half', { throws: new CompletionError('overloaded', 'Overloaded') }] },
    check: async (server) => {
      const response = await send(server, STREAM)
      const events = readEvents(await response.text())
      expect(response.status).toBe(200)
      expect(joinedText(events)).toBe(' Half')
      const last = events.at(-1)
      expect(last?.name).toBe('error')
      expect(JSON.parse(last?.data ?? '')).toEqual({
        type: 'error',
        error: { type: 'overloaded_error', message: 'Overloaded' },
        request_id: response.headers.get('request-id'),
      })
    },
  },
  {
    number: '49',
    title: 'an invalid request for a stream gets plain JSON',
    check: async (server) => {
      const response = await send(server, { body: { stream: true, prompt: 'Hello\n\nAssistant:' } })
      await expectError(response, 400, INVALID_REQUEST, /^prompt must start/)
    },
  },
  {
    number: '50',
    title: 'a response of the first version',
    check: async (server) => {
      const headers = { 'anthropic-version': '2023-01-01' }
      const completion = await completionOf(await send(server, { headers }))
      const keys = ['completion', 'stop', 'stop_reason', 'truncated', 'log_id', 'model', 'exception']
      expect(Object.keys(completion)).toEqual(keys)
      expect(completion).toMatchObject({ truncated: false, exception: null, model: MODEL })
      expect(completion.log_id).toMatch(/^[0-9a-f]{32}$/)
    },
  },
  {
    number: '51',
    title: 'a stream of the first version',
    check: async (server) => {
      const whole = await textOf(await send(server))
      const body = await (await send(server, STREAM_OF_2023_01_01)).text()
      expect(body).not.toContain('event: completion')
      expect(body).not.toContain('\r')
      const events = readEvents(body).filter(({ name }) => name === null)
      expect(events.pop()?.data).toBe('[DONE]')
      const bodies = events.map(({ data }) => JSON.parse(data))
      for (const [index, event] of bodies.entries()) {
        expect(event.completion.startsWith(bodies[index - 1]?.completion ?? '')).toBe(true)
      }
      expect(bodies.at(-1)).toMatchObject({ completion: whole, stop_reason: expect.any(String) })
    },
  },
  {
    number: '75',
    title: 'Accept: application/json changes nothing about a stream',
    check: async (server) => {
      const response = await send(server, { ...STREAM, headers: { accept: 'application/json' } })
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      await response.body?.cancel()
    },
  },
  {
    number: '76',
    title: 'a stream is not held back for Accept-Encoding',
    script: { steps: [' At once', { hangs: true }] },
    check: async (server) => {
      const response = await send(server, { ...STREAM, headers: { 'accept-encoding': 'gzip' } })
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      let text = ''
      while (!text.includes(' At once')) text += (await reader?.read())?.value ?? ''
      await reader?.cancel()
    },
  },
]

async function timedBody(response: Response) {
  let text = ''
  let lastPieceMs = 0
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece
    lastPieceMs = performance.now()
  }
  return { text, lastPieceMs, closedMs: performance.now() }
}

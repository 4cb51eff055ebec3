import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULT_NAMES, FAULT_SCHEMA, type FaultName, type FaultRule } from '../src/faults/fault.ts'
import { FaultList } from '../src/faults/fault-list.ts'
import { FAULTS_SCHEMA } from '../src/faults/settings.ts'
import { ScriptedEngine, type ScriptStep } from './scripted-engine.ts'
import { createScriptedApp, type ScriptedServer, startScriptedServer } from './start-scripted-server.ts'

const TOOL = {
  name: 'weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}
const SPEECH: readonly ScriptStep[] = [
  'One ',
  'two ',
  'three ',
  'four ',
  'five.',
  { ends: 'end-of-generation' },
]

const engine = new ScriptedEngine({ steps: SPEECH })
const list = new FaultList()
const faults = { list, header: true }
const { app } = createScriptedApp(engine, { faults })
let server: ScriptedServer
beforeAll(async () => {
  server = await startScriptedServer(engine, { faults })
})
afterAll(() => server.closeNow())

const HEADERS = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }

interface Sent {
  readonly fault?: FaultName | object
  readonly path?: string
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
  readonly body?: object
}

function request({ fault, headers, signal, body }: Sent): RequestInit {
  const asked =
    fault === undefined
      ? {}
      : { 'x-continuo-fault': typeof fault === 'string' ? fault : JSON.stringify(fault) }
  const question = { model: 'claude-2.1', max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] }
  return {
    method: 'POST',
    headers: { ...HEADERS, ...asked, ...headers },
    body: JSON.stringify({ ...question, ...body }),
    ...(signal === undefined ? {} : { signal }),
  }
}

/** Both ways in which a client may be served. */
const WAYS: [string, (sent: Sent) => Promise<Response>][] = [
  ['in the process', (sent) => app.fetch(`http://x${sent.path ?? '/v1/messages'}`, request(sent))],
  ['on a port', (sent) => fetch(`${server.url}${sent.path ?? '/v1/messages'}`, request(sent))],
]

const eventsOf = (text: string) =>
  text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.slice(event.indexOf('data: ') + 6))
const textOf = (text: string) =>
  eventsOf(text)
    .map((data) => JSON.parse(data))
    .map((event) => event.delta?.text ?? '')
    .join('')

describe.each(WAYS)('faults %s', (_, send) => {
  it.each([
    ['rate-limited', 429, 'rate_limit_error'],
    ['overloaded', 529, 'overloaded_error'],
    ['failed', 500, 'api_error'],
    ['timed-out', 504, 'timeout_error'],
    ['unauthenticated', 401, 'authentication_error'],
    ['forbidden', 403, 'permission_error'],
    ['not-found', 404, 'not_found_error'],
    ['too-large', 413, 'request_too_large'],
    ['spend-limit', 429, 'rate_limit_error'],
  ] as const)('%s: status %d', async (fault, status, type) => {
    const response = await send({ fault })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { type } })
    if (fault !== 'rate-limited') return
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0')
  })

  it('rate-limited and overloaded with other headers and texts', async () => {
    const limited = await send({ fault: { fault: 'rate-limited', retry_after_seconds: 7, message: 'Wait' } })
    expect(limited.headers.get('retry-after')).toBe('7')
    expect(await limited.json()).toMatchObject({ error: { message: 'Wait' } })
    const overloaded = await send({ fault: { fault: 'overloaded', retry_after_seconds: 3 } })
    expect(overloaded.headers.get('retry-after')).toBe('3')
  })

  it('slow-headers: the response comes later', async () => {
    const response = await send({ fault: { fault: 'slow-headers', wait_ms: 20 } })
    expect(await response.text()).toContain('One two three four five.')
  })

  it('no-response: nothing comes until the client gives up', async () => {
    await expect(send({ fault: 'no-response', signal: AbortSignal.timeout(50) })).rejects.toThrow(
      /abort|timeout/i,
    )
  })

  it('reset: the connection fails', async () => {
    await expect(send({ fault: 'reset' })).rejects.toThrow('fetch failed')
  })

  it('cut: a stream ends in the middle', async () => {
    const response = await send({ fault: { fault: 'cut', after_events: 4 }, body: { stream: true } })
    let text = ''
    const decoder = new TextDecoder()
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    })()
    await expect(reading).rejects.toThrow('terminated')
    expect(eventsOf(text)).toHaveLength(4)
  })

  it('cut: a reset drops what was not read', async () => {
    const fault = { fault: 'cut', after_events: 4, reset: true }
    const reading = send({ fault, body: { stream: true } }).then((response) => response.text())
    await expect(reading).rejects.toThrow(/terminated|fetch failed/)
  })

  it('cut: a whole body ends in the middle', async () => {
    const response = await send({ fault: { fault: 'cut', after_bytes: 10 } })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })

  it.each([true, false])('stall: a stream pauses (pings: %s)', async (pings) => {
    const fault = { fault: 'stall', after_events: 4, wait_ms: 30, pings }
    const response = await send({ fault, body: { stream: true } })
    const text = await response.text()
    expect(textOf(text)).toBe('One two three four five.')
    expect(text.split('event: ping').length - 1).toBe(pings ? 2 : 1)
  })

  it('stall: without a time it lasts until the client gives up', async () => {
    const giveUp = new AbortController()
    const response = await send({ fault: 'stall', body: { stream: true }, signal: giveUp.signal })
    const reading = response.text()
    giveUp.abort()
    await expect(reading).rejects.toThrow()
  })

  it('drip, split-anywhere: all of it comes, in pieces', async () => {
    for (const fault of [{ fault: 'drip', bytes_per_second: 200_000 }, 'split-anywhere'] as const) {
      const response = await send({ fault, body: { stream: true } })
      expect(textOf(await response.text())).toBe('One two three four five.')
      const whole = await send({ fault })
      expect(await whole.json()).toMatchObject({ content: [{ text: 'One two three four five.' }] })
    }
  })

  it('malformed-event: JSON breaks off', async () => {
    const response = await send({ fault: 'malformed-event', body: { stream: true } })
    const events = eventsOf(await response.text())
    const broken = events.filter((data) => {
      try {
        JSON.parse(data)
        return false
      } catch {
        return true
      }
    })
    expect(broken).toHaveLength(1)
    await expect((await send({ fault: 'malformed-event' })).json()).rejects.toThrow(SyntaxError)
  })

  it('duplicate-event, missing-stop: one event too many, one too few', async () => {
    const duplicate = { fault: 'duplicate-event', after_events: 3 } as const
    const twice = await (await send({ fault: duplicate, body: { stream: true } })).text()
    expect(textOf(twice)).toBe('One One two three four five.')
    const short = await (await send({ fault: 'missing-stop', body: { stream: true } })).text()
    expect(short).toContain('message_delta')
    expect(short).not.toContain('message_stop')
    for (const fault of ['duplicate-event', 'missing-stop'] as const) {
      expect(await (await send({ fault })).json()).toMatchObject({ stop_reason: 'end_turn' })
    }
  })

  it('wrong-content-type', async () => {
    const response = await send({ fault: 'wrong-content-type' })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    await response.text()
  })

  it('slow-first-token', async () => {
    const response = await send({ fault: { fault: 'slow-first-token', wait_ms: 20 }, body: { stream: true } })
    expect(textOf(await response.text())).toBe('One two three four five.')
  })

  it.each([
    [{ fault: 'error-event', after_events: 2 }, 529, 'overloaded_error'],
    [{ fault: 'error-event', after_events: 2, error: 'api_error' }, 500, 'api_error'],
    [{ fault: 'engine-crash', after_events: 2 }, 500, 'api_error'],
  ])('%j: an error in the stream, or a status', async (fault, status, type) => {
    const stream = await (await send({ fault, body: { stream: true } })).text()
    expect(textOf(stream)).toBe('One two ')
    expect(JSON.parse(eventsOf(stream).at(-1) ?? '')).toMatchObject({ type: 'error', error: { type } })
    expect((await send({ fault })).status).toBe(status)
  })

  it.each([
    ['refusal', 'refusal', []],
    ['empty', 'end_turn', []],
    ['max-tokens', 'max_tokens', [{ type: 'text', text: 'One two ' }]],
  ] as const)('%s: ends with %s', async (fault, stopReason, content) => {
    const response = await send({ fault })
    expect(await response.json()).toMatchObject({ stop_reason: stopReason, content })
  })

  it('thinking-only: there is no text', async () => {
    const body = (await (await send({ fault: 'thinking-only' })).json()) as { content: { type: string }[] }
    expect(body.content.map(({ type }) => type)).toEqual(['thinking'])
  })

  it('unknown-tool and broken inputs, also where the model calls no tool', async () => {
    const called = async (fault: FaultName) =>
      (await (await send({ fault, body: { tools: [TOOL], stream: true } })).text()) ?? ''
    expect(await called('unknown-tool')).toContain('"name":"weather_unknown"')
    const against = eventsOf(await called('tool-input-against-schema')).map((data) => JSON.parse(data))
    const input = against.map(({ delta }) => delta?.partial_json ?? '').join('')
    expect(JSON.parse(input)).toEqual({ city: 12_345 })
    const invalid = eventsOf(await called('tool-input-invalid')).map((data) => JSON.parse(data))
    const json = invalid.map(({ delta }) => delta?.partial_json ?? '').join('')
    expect(() => JSON.parse(json)).toThrow(SyntaxError)
    const without = await send({ fault: 'unknown-tool' })
    expect(await without.json()).toMatchObject({ stop_reason: 'end_turn' })
  })

  it('refuses a header that is wrong', async () => {
    const unknown = await send({ fault: 'nonsense' as FaultName })
    expect(unknown.status).toBe(400)
    expect(await unknown.text()).toContain('fault: Input should be one of rate-limited, overloaded')
    const option = await send({ fault: { fault: 'overloaded', after_bytes: 1 } })
    expect(await option.text()).toContain(
      'after_bytes: overloaded has the options message, retryAfterSeconds',
    )
  })
})

describe('a fault of a call', () => {
  it('breaks the call that the model makes', async () => {
    engine.script = {
      steps: [
        { yields: { type: 'tool-call-start', id: null, name: 'weather', completionTokens: 1 } },
        { yields: { type: 'tool-input-delta', json: '{"city":', completionTokens: 1 } },
        { yields: { type: 'tool-input-delta', json: '"Rome"}', completionTokens: 1 } },
        { ends: 'tool-call' },
      ],
    }
    const send = (fault: FaultName) =>
      app.fetch('http://x/v1/messages', request({ fault, body: { tools: [TOOL] } }))
    const against = await (await send('tool-input-against-schema')).json()
    expect(against).toMatchObject({
      content: [{ name: 'weather', input: { city: 12_345 } }],
      stop_reason: 'tool_use',
    })
    expect(await (await send('unknown-tool')).json()).toMatchObject({
      content: [{ name: 'weather_unknown' }],
    })
    engine.script = { steps: SPEECH }
  })
})

describe('when a fault strikes', () => {
  const statusesWith = async (rule: Partial<FaultRule>, sent: readonly Sent[]): Promise<number[]> => {
    list.add(FAULT_SCHEMA.parse({ fault: 'overloaded', ...rule }))
    const statuses: number[] = []
    for (const one of sent) {
      const response = await app.fetch(`http://x${one.path ?? '/v1/messages'}`, request(one))
      statuses.push(response.status)
      await response.text()
    }
    list.remove(() => true)
    return statuses
  }
  const three: Sent[] = [{}, {}, {}]

  it('strikes a number of times, from the n-th request', async () => {
    expect(await statusesWith({ times: 2 }, three)).toEqual([529, 529, 200])
    expect(await statusesWith({ when: { nth: 2 }, times: 1 }, three)).toEqual([200, 529, 200])
  })

  it('strikes by model, path and test', async () => {
    const other = { body: { model: 'claude-2.0' } }
    expect(await statusesWith({ when: { model: 'claude-2.0' } }, [{}, other])).toEqual([200, 529])
    const counting = { path: '/v1/messages/count_tokens', body: { max_tokens: undefined } }
    const path = '/v1/messages/count_tokens'
    expect(await statusesWith({ when: { path } }, [{}, counting])).toEqual([200, 529])
    const [mine, others] = [
      { headers: { 'x-continuo-test': 'mine' } },
      { headers: { 'x-continuo-test': 'x' } },
    ]
    expect(await statusesWith({ when: { test: 'mine' } }, [mine, others, {}])).toEqual([529, 200, 200])
    expect(await statusesWith({ when: { apiKeyId: 'other' } }, [{}])).toEqual([200])
  })

  it('strikes the same share of requests with the same seed', async () => {
    const many = Array.from({ length: 40 }, () => ({}))
    const first = await statusesWith({ when: { share: 0.5, seed: 7 } }, many)
    expect(await statusesWith({ when: { share: 0.5, seed: 7 } }, many)).toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 529]))
  })

  it('leaves the routes of operators alone', async () => {
    list.add(FAULT_SCHEMA.parse({ fault: 'overloaded' }))
    expect((await app.fetch('http://x/health')).status).toBe(200)
    expect((await app.fetch('http://x/v1/models', { headers: HEADERS })).status).toBe(529)
    list.remove(() => true)
  })

  it('does nothing by header where that is switched off', async () => {
    const off = createScriptedApp(engine, { faults: { list: new FaultList(), header: false } })
    const response = await off.app.fetch('http://x/v1/messages', request({ fault: 'overloaded' }))
    expect(response.status).toBe(200)
  })
})

describe('a body that is split anywhere', () => {
  it('is the same, whatever the seed', async () => {
    const sent = { body: { stream: true } }
    const normal = await (await app.fetch('http://x/v1/messages', request(sent))).text()
    const shown = (text: string) => text.replace(/msg_\w+/g, 'msg_')
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const response = await app.fetch(
          'http://x/v1/messages',
          request({ ...sent, fault: { fault: 'split-anywhere', seed } }),
        )
        expect(shown(await response.text())).toBe(shown(normal))
      }),
      { numRuns: 20 },
    )
  })
})

describe('on the wire', () => {
  it('a cut sends what came before it, and no end of the body', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const { body, headers } = request({ fault: { fault: 'cut', after_events: 2 }, body: { stream: true } })
    const lines = Object.entries(headers as Record<string, string>).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    )
    const length = Buffer.byteLength(String(body))
    socket.write(
      `POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${length}\r\n${lines.join('')}\r\n${body}`,
    )
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    await once(socket, 'close')
    expect(received).toContain('event: message_start')
    expect(received).toContain('event: content_block_start')
    expect(received).not.toContain('content_block_delta')
    expect(received).not.toMatch(/\r\n0\r\n\r\n$/)
  })
})

it('has every fault of the list in a rule of the configuration', () => {
  const rules = FAULT_NAMES.map((fault) => ({ fault }))
  expect(FAULTS_SCHEMA.parse({ rules }).rules).toHaveLength(FAULT_NAMES.length)
})

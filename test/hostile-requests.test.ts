import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { sendBytes } from './fuzz/send-bytes.ts'
import { ScriptedEngine } from './scripted-engine.ts'
import { startScriptedServer } from './start-scripted-server.ts'

const engine = new ScriptedEngine({ steps: [' Hi', { ends: 'end-of-generation' }] })
const server = await startScriptedServer(engine)
afterAll(() => server.closeNow())

const OK = { model: 'claude-2', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16 }

async function post(body: string | Uint8Array<ArrayBuffer>): Promise<{ status: number; message: string }> {
  const headers = { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }
  const response = await fetch(`${server.url}/v1/complete`, { method: 'POST', headers, body })
  const text = await response.text()
  if (response.status === 200) return { status: 200, message: '' }
  const { type, error, request_id } = JSON.parse(text)
  expect([type, request_id]).toEqual(['error', response.headers.get('request-id')])
  return { status: response.status, message: error.message }
}

async function expectNextRequestWorks(): Promise<void> {
  expect(await post(JSON.stringify(OK))).toEqual({ status: 200, message: '' })
}

test('random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const { status, message } = await post(new Uint8Array(bytes))
      expect(status).toBe(400)
      expect(message).toMatch(/^The request body is not valid JSON: .* \(char \d+\)$/)
    }),
    { numRuns: 60 },
  )
  await expectNextRequestWorks()
})

test.each(['x-api-key: ', 'authorization: Bearer '])(
  'a key beyond ASCII, in any encoding: %s',
  async (header) => {
    const key = 'schl\u00fcssel'
    for (const bytes of [
      Buffer.from(`${key}\u{1f511}`),
      Buffer.from(key, 'latin1'),
      Buffer.from([0x80, 0xff, 0xfe]),
    ]) {
      const line = Buffer.concat([Buffer.from(`\r\n${header}`), bytes])
      const head = Buffer.from('GET /v1/models HTTP/1.1\r\nhost: localhost\r\nanthropic-version: 2023-06-01')
      const { responses } = await sendBytes(server.port, {
        pieces: [Buffer.concat([head, line, Buffer.from('\r\n\r\n')])],
        pauseMs: 0,
        breaksOff: false,
        patienceMs: 20_000,
      })
      expect(responses.map(({ status }) => status)).toEqual([401])
      expect(responses[0]?.body).toMatch(/invalid x-api-key|Invalid bearer token|Incorrect API key/)
    }
    await expectNextRequestWorks()
  },
)

test('random values in every field', async () => {
  const fields = [
    'prompt',
    'max_tokens_to_sample',
    'model',
    'stop_sequences',
    'temperature',
    'top_p',
    'top_k',
  ]
  const change = fc.dictionary(
    fc.oneof(fc.constantFrom(...fields, 'metadata', 'stream'), fc.string()),
    fc.jsonValue({ maxDepth: 2 }),
    { minKeys: 1, maxKeys: 3 },
  )
  await fc.assert(
    fc.asyncProperty(change, async (changed) => {
      const { status, message } = await post(JSON.stringify({ ...OK, ...changed }))
      expect([200, 400, 404]).toContain(status)
      expect(message).not.toBe('Internal server error')
    }),
    { numRuns: 80 },
  )
  await expectNextRequestWorks()
})

test('a prompt of 31 MB', async () => {
  const prompt = `\n\nHuman: ${'a'.repeat(31 * 1024 * 1024)}\n\nAssistant:`
  const { status, message } = await post(JSON.stringify({ ...OK, prompt }))
  expect(status).toBe(400)
  expect(message).toMatch(/^prompt is too long: \d+ tokens > 99 maximum$/)
  await expectNextRequestWorks()
})

test('a prompt of only turn markers', async () => {
  const prompt = '\n\nHuman:\n\nAssistant:'.repeat(100_000)
  expect(await post(JSON.stringify({ ...OK, prompt }))).toMatchObject({ status: 400 })
  await expectNextRequestWorks()
})

test('two hundred thousand stop sequences', async () => {
  const stop_sequences = Array.from({ length: 200_000 }, (_, index) => `${index}`)
  expect(await post(JSON.stringify({ ...OK, stop_sequences }))).toEqual({
    status: 400,
    message: 'stop_sequences: List should have at most 8191 items',
  })
  await expectNextRequestWorks()
})

test('the most and longest stop sequences', async () => {
  const stop_sequences = Array.from({ length: 8191 }, (_, index) => `${index}`.padStart(16, 'x'))
  expect(await post(JSON.stringify({ ...OK, stop_sequences }))).toEqual({ status: 200, message: '' })
})

test('a field with a name of 8 MB', async () => {
  const { status, message } = await post(JSON.stringify({ ...OK, ['x'.repeat(8 * 1024 * 1024)]: 1 }))
  expect([status, message.length < 500]).toEqual([400, true])
})

test('half a surrogate pair', async () => {
  for (const half of ['\\ud83d', '\\ude00', '\\ud83d\\ud83d']) {
    const body = JSON.stringify(OK).replace('Hi', half)
    expect(await post(body)).toEqual({
      status: 400,
      message: expect.stringMatching(
        /^The request body is not valid JSON: .* surrogate in string: line 1 column /,
      ),
    })
  }
  await expectNextRequestWorks()
})

test('random bytes instead of HTTP', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const socket = connect({ port: server.port, host: '127.0.0.1' })
      socket.on('error', () => undefined).resume()
      socket.end(Buffer.concat([bytes, Buffer.from('\r\n\r\n')]))
      await new Promise((resolve) => socket.once('close', resolve))
    }),
    { numRuns: 40 },
  )
  await expectNextRequestWorks()
})

test('no request is left running, and none failed in the server', () => {
  expect(engine.running.value).toBe(0)
  expect(server.logLines.filter(({ message }) => message !== 'request')).toEqual([])
})

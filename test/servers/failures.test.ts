import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { SHIPPED_MODEL_PATH } from '../../src/config/resolve-engines.ts'
import { joinedText, readEvents } from '../conformance/read-events.ts'
import { writeRandomGguf } from '../gguf/random-gguf.ts'
import { BegunStream } from './begun-stream.ts'
import { RealServer } from './real-server.ts'
import { RunningContinuo } from './running-continuo.ts'
import { llamaCppPythonCommand, llamaServerCommand } from './server-commands.ts'

const KEY = 'server-key'
/** Enough to keep a model that never ends busy for many seconds. */
const ENDLESS_TOKENS = 100_000
const SUM = { prompt: '\n\nHuman: What is 17 + 25?\n\nAssistant:' }
const ENDLESS = { prompt: '\n\nHuman: Go on.\n\nAssistant:', maxTokens: ENDLESS_TOKENS }
/** The route of llama-server with the state of its sequences. */
const STATE_PATH = '/slots'
/** Models that never end, on servers that report whether they are busy. */
const ENDLESS_MODELS = ['endless-text', 'endless-chat', 'endless-claude']
/** A server that learns of a cancelled request is idle long before this; one that does not keeps generating. */
const FREED_MS = 3_000

const folder = mkdtempSync(join(tmpdir(), 'continuo-endless-'))
let demo: RealServer
let endless: RealServer
let python: RealServer
let continuo: RunningContinuo

beforeAll(async () => {
  const endlessModel = join(folder, 'endless.gguf')
  const chatTemplate = '{% for message in messages %}{{ message.content }}{% endfor %}'
  writeRandomGguf(endlessModel, { contextTokens: ENDLESS_TOKENS + 100, chatTemplate })
  const shipped = { modelPath: SHIPPED_MODEL_PATH, contextTokens: 512, apiKey: KEY }
  const random = { modelPath: endlessModel, contextTokens: ENDLESS_TOKENS + 100, apiKey: KEY }
  const program = inject('llamaServer')
  ;[demo, endless, python] = await Promise.all([
    RealServer.start(llamaServerCommand(program, shipped, 2)),
    RealServer.start(llamaServerCommand(program, random, 1)),
    // It withholds text that is not UTF-8, so it gets a model that never ends.
    RealServer.start(
      llamaCppPythonCommand(inject('pythonEnvironment'), { ...shipped, contextTokens: 16_384 }),
    ),
  ])
  const at = (server: RealServer, apiKey = KEY) => ({
    baseUrls: [server.url],
    apiKey,
    server: 'llama-server',
  })
  const { tokens } = (await python.post('/extras/tokenize', { input: '<end_of_turn>' })) as {
    tokens: number[]
  }
  const neverEnds = { logit_bias: { [`${tokens.at(-1)}`]: -100 } }
  const atPython = { ...at(python), server: 'llama-cpp-python' }
  continuo = await RunningContinuo.start({
    engines: {
      default: { model: SHIPPED_MODEL_PATH, threads: 1, kvCache: 'unified', flashAttention: false },
      demo: { kind: 'openai-chat', ...at(demo), model: 'demo' },
      'endless-text': { kind: 'openai-completions', ...at(endless), model: 'endless-text' },
      'endless-chat': { kind: 'openai-chat', ...at(endless), model: 'endless-chat' },
      'endless-claude': { kind: 'claude-messages', ...at(endless), model: 'endless-claude' },
      'endless-python': {
        kind: 'openai-completions',
        ...atPython,
        model: 'endless-python',
        extraBody: neverEnds,
      },
      pair: { kind: 'openai-chat', ...at(demo), baseUrls: [demo.url, endless.url], model: 'pair' },
      'wrong-chat': { kind: 'openai-chat', ...at(demo, 'wrong-key'), model: 'wrong-chat' },
      'wrong-claude': { kind: 'claude-messages', ...at(demo, 'wrong-key'), model: 'wrong-claude' },
      'wrong-python': { kind: 'openai-chat', ...atPython, apiKey: 'wrong-key', model: 'wrong-python' },
    },
  })
})
afterAll(async () => {
  await continuo?.stop()
  await RealServer.killAll()
  rmSync(folder, { recursive: true })
})

/** Whether the server with one sequence is busy. */
async function isBusy(): Promise<boolean> {
  const sequences = (await endless.get(STATE_PATH)) as { readonly is_processing: boolean }[]
  return sequences.some((sequence) => sequence.is_processing)
}

async function waitUntil(what: string, ms: number, isSo: () => Promise<boolean>): Promise<void> {
  const dueMs = performance.now() + ms
  while (!(await isSo())) {
    if (performance.now() > dueMs) throw new Error(`not within ${ms} ms: ${what}`)
    await delay(10)
  }
}

describe.each(ENDLESS_MODELS)('a client of %s that disconnects', (model) => {
  it('frees the server in the middle of a stream', async () => {
    const controller = new AbortController()
    const stream = new BegunStream(await continuo.send(model, ENDLESS, true, controller.signal))
    await stream.readUntil('event: completion')
    expect(await isBusy()).toBe(true)
    controller.abort()
    await waitUntil('the server is idle', FREED_MS, async () => !(await isBusy()))
  })

  it('frees the server when it does not stream', async () => {
    const controller = new AbortController()
    const response = continuo.send(model, ENDLESS, false, controller.signal).catch(() => 'left')
    await waitUntil('the server is at work', 5_000, isBusy)
    controller.abort()
    expect(await response).toBe('left')
    await waitUntil('the server is idle', FREED_MS, async () => !(await isBusy()))
  })
})

it('frees llama-cpp-python, which serves one request at a time, when its client disconnects', async () => {
  const controller = new AbortController()
  const stream = new BegunStream(await continuo.send('endless-python', ENDLESS, true, controller.signal))
  await stream.readUntil('event: completion')
  const next = continuo.ask('endless-python', { ...ENDLESS, maxTokens: 1 })
  expect(await Promise.race([next, delay(200, 'waits')])).toBe('waits')
  controller.abort()
  expect(await Promise.race([next, delay(FREED_MS, 'waits')])).toMatchObject({ status: 200 })
})

it('frees the server at a stop sequence', async () => {
  const { completion } = await continuo.ask('endless-text', { ...ENDLESS, maxTokens: 20 })
  const stop = completion.slice(-3)
  const response = await continuo.ask('endless-text', { ...ENDLESS, stopSequences: [stop] })
  expect(response).toMatchObject({ stop_reason: 'stop_sequence', stop })
  await waitUntil('the server is idle', FREED_MS, async () => !(await isBusy()))
})

describe.each(['wrong-chat', 'wrong-claude', 'wrong-python'])(
  '%s, a server that refuses our key',
  (model) => {
    it('names the upstream in the log, and its operator in the error', async () => {
      const { requestId, ...response } = await continuo.ask(model, SUM)
      expect(response).toMatchObject({
        status: 401,
        error: {
          type: 'authentication_error',
          message:
            'The upstream engine refused this server: its credentials are wrong. Its operator has to see to that.',
        },
      })
      const { url } = model === 'wrong-python' ? python : demo
      await continuo.logs(new RegExp(`"${requestId}".*${url} answered 401`))
      expect(JSON.stringify(continuo.log())).not.toContain('wrong-key')
    })
  },
)

describe('a server that is killed', () => {
  it.each([...ENDLESS_MODELS, 'endless-python'])('ends the stream of %s with an error', async (model) => {
    const server = model === 'endless-python' ? python : endless
    const stream = new BegunStream(await continuo.send(model, ENDLESS, true))
    await stream.readUntil('event: completion')
    await server.kill()
    const events = readEvents(await stream.readToEnd())
    const failure = events.at(-1)
    expect(failure?.name).toBe('error')
    expect(JSON.parse(failure?.data ?? '')).toMatchObject({
      type: 'error',
      error: { type: 'api_error', message: 'The connection to the upstream engine was lost.' },
    })
    expect(joinedText(events)).not.toBe('')
    const others = await Promise.all(['claude-2.1', 'demo'].map((id) => continuo.askForStream(id, SUM)))
    expect(others.map(({ completion }) => completion)).toEqual([' 42', ' 42'])
    expect(await continuo.ask(model, { ...ENDLESS, maxTokens: 3 })).toMatchObject({
      status: 500,
      error: { type: 'api_error', message: 'The upstream engine cannot be reached.' },
    })
    await server.startAgain()
    expect(await continuo.ask(model, { ...ENDLESS, maxTokens: 3 })).toMatchObject({
      status: 200,
      stop_reason: 'max_tokens',
    })
  })

  it.each([
    [
      '/v1/messages',
      'content_block_delta',
      'event: error\ndata: {"type":"error","error":{"type":"api_error"',
    ],
    ['/v1/chat/completions', '"content":"', '"message":"The connection to the upstream engine was lost."'],
  ])('ends a stream of %s with an error', async (path, begun, error) => {
    const messages = [{ role: 'user', content: 'Go on.' }]
    const body = { model: 'endless-chat', max_tokens: ENDLESS_TOKENS, messages, temperature: 0, stream: true }
    const stream = new BegunStream(await continuo.post(path, body))
    await stream.readUntil(begun)
    await endless.kill()
    expect(await stream.readToEnd()).toContain(error)
    const refused = await continuo.post(path, { ...body, stream: false })
    expect(refused.status).toBe(500)
    expect(await refused.text()).toContain('The upstream engine cannot be reached.')
    await endless.startAgain()
  })

  it('is replaced by its replica, and used again when it is back', async () => {
    let number = 10
    const askPair = () => {
      number += 1
      return continuo.ask('pair', { prompt: SUM.prompt.replace('17', `${number}`), maxTokens: 1 })
    }
    await endless.kill()
    const responses = await Promise.all(Array.from({ length: 12 }, askPair))
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200))
    const isEchoed = () =>
      continuo.log().some(({ engine, msg }) => engine === 'pair' && msg === 'the upstream is available again')
    expect(isEchoed()).toBe(false)
    await endless.startAgain()
    await waitUntil('the replica is used again', 10_000, async () => {
      expect(await askPair()).toMatchObject({ status: 200 })
      return isEchoed()
    })
  })
})

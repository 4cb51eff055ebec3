import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readHttpResponses } from './fuzz/read-http-responses.ts'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { HttpCaller } from './http-caller.ts'
import { breaking, counted, counting } from './obeying-model.ts'
import { readMetrics, sumOf } from './read-metrics.ts'
import { COMPLETE_ROUTE } from './routes/complete-routes.ts'
import { COMPLETING_ROUTES } from './routes/completing-routes.ts'
import { ContinuoProcess } from './run-continuo.ts'
import { type Asked, ask, requestOf } from './soak/ask.ts'
import { knownQuestion } from './soak/good-scenarios.ts'
import { seededRandom } from './soak/random.ts'
import type { Caller, Outcome } from './soak/scenario.ts'
import { EMBEDDED_QUEUE, EMBEDDED_SEQUENCES, SteadyServer, UPSTREAM_MODELS } from './steady-server.ts'

// A server under load, and what its clients receive when a process ends.

const folder = mkdtempSync(join(tmpdir(), 'continuo-sudden-'))
/** Generates nonsense for seconds. */
const ENDLESS_PATH = join(folder, 'endless.gguf')
const ENDLESS = {
  model: ENDLESS_PATH,
  maxSequences: EMBEDDED_SEQUENCES,
  maxQueuedRequests: EMBEDDED_QUEUE,
  threads: 1,
  seed: 1,
}
const CAPACITY = EMBEDDED_SEQUENCES + EMBEDDED_QUEUE

beforeAll(() => writeRandomGguf(ENDLESS_PATH, { contextTokens: 8192 }))
afterAll(() => rmSync(folder, { recursive: true }))

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Started {
  readonly server: SteadyServer
  readonly caller: Caller
}

async function start(drainMs?: number): Promise<Started> {
  const engines = { endless: ENDLESS }
  const server = await SteadyServer.start({ engines, ...(drainMs === undefined ? {} : { drainMs }) })
  const http = new HttpCaller(server.url, 30_000)
  cleanups.push(
    () => server.close(),
    () => http.close(),
  )
  const port = Number(new URL(server.url).port)
  return { server, caller: { http, port, random: seededRandom(1), keep: () => undefined } }
}

/** Every route in turn, streamed or not. */
function put(text: string, modelId: string, index: number, expectedText: string | null): Asked {
  const routes = COMPLETING_ROUTES.filter(({ takesTurns }) => takesTurns)
  const route = routes[index % routes.length] ?? COMPLETE_ROUTE
  const question = { text, modelId, maxTokens: 8_000, temperature: 0 }
  return { route, question, stream: index % 3 !== 0, expectedText, mayBreak: expectedText === null }
}

const endless = (index: number) => put('Hi', 'endless', index, null)
const slow = (index: number) => {
  const modelId = UPSTREAM_MODELS[index % UPSTREAM_MODELS.length] ?? ''
  return put(counting(30, 30), modelId, index, counted(30))
}
const known = (caller: Caller) => ask(caller, knownQuestion(caller.random))

function askMany(caller: Caller, count: number, question: (index: number) => Asked): Promise<Outcome[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => ask(caller, question(index))))
}

/** Requests that the endless engine has taken: those that run, wait, or are complete already. */
async function taken({ http }: Caller): Promise<number> {
  const { body } = await http.send({ method: 'GET', path: '/metrics', headers: { 'x-api-key': 'K' } })
  const samples = readMetrics(body)
  const completed = sumOf(samples, 'continuo_completions_total', { model: 'endless' }) ?? 0
  return ['continuo_sequences_busy', 'continuo_queue_length'].reduce(
    (sum, name) => sum + (sumOf(samples, name) ?? 0),
    completed,
  )
}

/** Resolves when the engine has taken as many requests as it has sequences and places in its queue. */
async function untilAllTaken(caller: Caller): Promise<void> {
  await expect.poll(() => taken(caller), PATIENCE).toBe(CAPACITY)
}

const PATIENCE = { timeout: 30_000, interval: 20 }

function childrenOf(processId: number): number[] {
  const listPath = `/proc/${processId}/task/${processId}/children`
  const list = existsSync(listPath)
    ? readFileSync(listPath, 'utf8')
    : spawnSync('pgrep', ['-P', `${processId}`], { encoding: 'utf8' }).stdout
  return list.split(/\s/).filter(Boolean).map(Number)
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}

/** A response that had begun ends with an error, caused by the reset of the connection. */
function resetCodeOf(error: Error & { code?: string }): string | undefined {
  return error.code ?? (error.cause as NodeJS.ErrnoException | undefined)?.code
}

async function untilGone(processIds: readonly number[]): Promise<void> {
  expect(processIds.length).toBeGreaterThan(0)
  await expect.poll(() => processIds.filter(isAlive), PATIENCE).toEqual([])
}

describe('an engine whose process is killed', () => {
  it('fails its requests, is unavailable for a moment, and recovers', { timeout: 90_000 }, async () => {
    const { server, caller } = await start()
    const working = askMany(caller, CAPACITY, endless)
    const elsewhere = askMany(caller, 6, slow)
    await untilAllTaken(caller)
    const engines = childrenOf(server.processId)
    for (const processId of engines) process.kill(processId, 'SIGKILL')
    expect(await working).toEqual(Array(CAPACITY).fill('broken'))
    await untilGone(engines)
    expect(await known(caller)).toBe('overloaded')
    expect(await ask(caller, endless(0))).toBe('overloaded')
    expect(await elsewhere).toEqual(Array(6).fill('completed'))
    await expect.poll(() => known(caller), PATIENCE).toBe('completed')
    expect(await Promise.all(Array.from({ length: CAPACITY }, () => known(caller)))).toEqual(
      Array(CAPACITY).fill('completed'),
    )
    expect(server.process.stderr).toMatch(/"reason":"signal SIGKILL/)
  })

  it('recovers however often it is killed, also while it loads', { timeout: 90_000 }, async () => {
    const { server, caller } = await start()
    const killed = new Set<number>()
    await expect
      .poll(() => {
        for (const processId of childrenOf(server.processId)) {
          process.kill(processId, 'SIGKILL')
          killed.add(processId)
        }
        return killed.size
      }, PATIENCE)
      .toBeGreaterThanOrEqual(6)
    await expect.poll(() => known(caller), PATIENCE).toBe('completed')
  })
})

describe('a server that is killed', () => {
  it('leaves nothing behind', { timeout: 90_000 }, async () => {
    const { server, caller } = await start()
    const working = [...Array(CAPACITY).keys()].map((index) => ask(caller, endless(index)))
    const elsewhere = [...Array(6).keys()].map((index) => ask(caller, slow(index)))
    const results = Promise.allSettled([...working, ...elsewhere])
    await untilAllTaken(caller)
    const engines = childrenOf(server.processId)
    process.kill(server.processId, 'SIGKILL')
    for (const result of await results) {
      if (result.status === 'fulfilled') expect.fail(`an answer came whole: ${result.value}`)
      expect(resetCodeOf(result.reason)).toBe('ECONNRESET')
    }
    await untilGone(engines)
    await server.upstream.running.until(0)
  })

  it.runIf(process.platform === 'linux')(
    'leaves nothing behind, not even a stopped engine',
    { timeout: 90_000 },
    async () => {
      const { server } = await start()
      const engines = childrenOf(server.processId)
      for (const processId of engines) process.kill(processId, 'SIGSTOP')
      process.kill(server.processId, 'SIGKILL')
      await untilGone(engines)
    },
  )

  it('leaves nothing behind while it loads', { timeout: 90_000 }, async () => {
    const server = new ContinuoProcess(['serve', '--port', '0'])
    cleanups.push(() => void server.child.kill('SIGKILL'))
    const { pid = 0 } = server.child
    await expect.poll(() => childrenOf(pid).length, PATIENCE).toBe(1)
    const engines = childrenOf(pid)
    process.kill(pid, 'SIGKILL')
    await untilGone(engines)
  })
})

describe('a server that gets SIGTERM', () => {
  it('finishes running and waiting requests, and accepts no new ones', { timeout: 90_000 }, async () => {
    const { server, caller } = await start()
    const engines = childrenOf(server.processId)
    const upload = await openUpload(caller.port)
    const shorter = (index: number) => {
      const asked = endless(index)
      return { ...asked, question: { ...asked.question, maxTokens: 1_500 }, mayBreak: false }
    }
    const working = askMany(caller, CAPACITY, shorter)
    const elsewhere = askMany(caller, 6, slow)
    await untilAllTaken(caller)
    server.process.child.kill('SIGTERM')
    await server.process.waitForOutput(/finishing running requests/)
    upload.sendRest()
    await expect(fetch(server.url)).rejects.toThrow()
    expect(await working).toEqual(Array(CAPACITY).fill('completed'))
    expect(await elsewhere).toEqual(Array(6).fill('completed'))
    const { responses } = readHttpResponses(await upload.received, true)
    expect(responses).toHaveLength(1)
    expect(responses[0]).toMatchObject({
      status: 529,
      headers: { 'x-should-retry': 'true', connection: 'close', 'retry-after': '5' },
      body: expect.stringContaining('the server is about to stop'),
    })
    expect(await server.process.exitCode()).toBe(0)
    await untilGone(engines)
  })

  it('fails the requests that it has no time for, and stops', { timeout: 90_000 }, async () => {
    const { server, caller } = await start(500)
    const engines = childrenOf(server.processId)
    const working = askMany(caller, CAPACITY, endless)
    const stalled = askMany(caller, 6, (index) => ({
      ...slow(index),
      question: { ...slow(index).question, text: breaking('stalls') },
      expectedText: null,
      mayBreak: true,
    }))
    const upload = await openUpload(caller.port)
    await untilAllTaken(caller)
    server.process.child.kill('SIGTERM')
    await server.process.waitForOutput(/ending the requests still running after 0.5 s/)
    expect(await working).toEqual(Array(CAPACITY).fill('overloaded'))
    expect(await stalled).toEqual(Array(6).fill('overloaded'))
    expect(await server.process.exitCode()).toBe(0)
    expect(await upload.received).toBe('')
    expect(server.process.stderr).not.toContain('request failed')
    await untilGone(engines)
  })

  it('stops also while its engine restarts', { timeout: 90_000 }, async () => {
    const { server, caller } = await start()
    for (const processId of childrenOf(server.processId)) process.kill(processId, 'SIGKILL')
    await expect.poll(() => known(caller), PATIENCE).toBe('overloaded')
    server.process.child.kill('SIGTERM')
    expect(await server.process.exitCode()).toBe(0)
  })
})

/** A request without its last byte. */
async function openUpload(port: number) {
  const { path, headers, body } = requestOf({ ...slow(0), route: COMPLETE_ROUTE, stream: false })
  const fields = Object.entries({ host: 'x', ...headers, 'content-length': String(body).length })
  const lines = fields.map(([name, value]) => `${name}: ${value}`)
  const request = [`POST ${path} HTTP/1.1`, ...lines, '', String(body)].join('\r\n')
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => undefined)
  cleanups.push(() => void socket.destroy())
  const received = new Promise<string>((resolve) => {
    let text = ''
    socket.setEncoding('latin1').on('data', (piece: string) => {
      text += piece
    })
    socket.once('close', () => resolve(text))
  })
  socket.write(request.slice(0, -1))
  return { received, sendRest: () => void socket.write(request.slice(-1)) }
}

import { ChildProcess, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { resolveConfig } from '../../src/config/resolve-config.ts'
import { EngineProcessHandle } from '../../src/engines/llama/supervision/engine-process-handle.ts'
import { serve } from '../../src/http/server/serve.ts'
import { startContinuo } from '../../src/open-continuo.ts'
import { writeRecitingGguf } from '../gguf/reciting-gguf.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { ScriptedUpstream } from '../scripted-upstream.ts'
import { startScriptedServer } from '../start-scripted-server.ts'
import { countingModel } from '../upstream-model.ts'

// Work that is counted, not timed: each bound is below twice of what is done today, so that a change which doubles it fails.

const TOKENS = 60
const PIECES = Array.from({ length: TOKENS }, (_, index) => ` word${index}`)

afterEach(() => vi.restoreAllMocks())

async function complete(url: string, stream: boolean): Promise<string> {
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'K', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model: 'claude-2.1', max_tokens: 100, temperature: 0, stream },
      messages: [{ role: 'user', content: 'Recite' }],
    }),
  })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return text
}

/** Counts what is written to sockets: each is a system call. */
function countWrites(isCounted: (socket: Socket) => boolean): () => number {
  let count = 0
  const prototype = Socket.prototype as Socket & { _writeGeneric: (...args: unknown[]) => unknown }
  const write = prototype._writeGeneric
  vi.spyOn(prototype, '_writeGeneric').mockImplementation(function (this: Socket, ...args: unknown[]) {
    if (isCounted(this)) count += 1
    return write.apply(this, args)
  })
  return () => count
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

describe('writes to sockets', () => {
  const waits = PIECES.flatMap((piece) => [piece, { delayMs: 0 }])

  it('are one for each group of events of a stream', async () => {
    const engine = new ScriptedEngine({ steps: [...waits, { ends: 'end-of-generation' }] })
    const server = await startScriptedServer(engine)
    const writes = countWrites(({ localPort }) => localPort === portOf(server.url))
    await complete(server.url, true)
    // The head goes with the first event; the end may be one more.
    expect(writes()).toBeGreaterThanOrEqual(TOKENS)
    expect(writes()).toBeLessThanOrEqual(TOKENS + 3)
    server.closeNow()
  })

  it('are one for a JSON response', async () => {
    const engine = new ScriptedEngine({ steps: [...waits, { ends: 'end-of-generation' }] })
    const server = await startScriptedServer(engine)
    const writes = countWrites(({ localPort }) => localPort === portOf(server.url))
    await complete(server.url, false)
    expect(writes()).toBe(1)
    server.closeNow()
  })
})

describe('a request to an upstream', () => {
  it('is one request in one write, on connections that are used again', async () => {
    const upstream = await ScriptedUpstream.start(countingModel('openai-chat'))
    const remote = { kind: 'openai-chat', baseUrls: [upstream.url], model: 'remote-model' }
    const { url, close } = await openServer({ engines: { remote }, defaultEngine: 'remote' })
    await complete(url, true)
    const [before, connections] = [upstream.requests.length, upstream.connectionsOpened]
    const writes = countWrites(({ remotePort }) => remotePort === portOf(upstream.url))
    for (let request = 0; request < 10; request++) await complete(url, request % 2 === 0)
    expect(upstream.requests.length - before).toBe(10)
    // A response may end before the last bytes of its upstream are read; the next request then takes another connection.
    expect(upstream.connectionsOpened - connections).toBeLessThan(5)
    expect(writes()).toBeLessThan(20)
    await close()
    await upstream.close()
  })
})

describe('the processes of a local model', () => {
  it('exchange one command for a request, and a message for a step at most', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'continuo-counted-'))
    const model = join(folder, 'reciting.gguf')
    writeRecitingGguf(model, { cue: ':', pieces: PIECES, chatTemplate: '', contextTokens: 256 })
    const engine = {
      model,
      format: 'raw',
      threads: 1,
      kvCache: 'unified',
      flashAttention: false,
      maxSequences: 8,
    }
    const { url, close } = await openServer({ engines: { engine }, defaultEngine: 'engine' })
    const commands: string[] = []
    let [outputs, bytes] = [0, 0]
    const { emit } = ChildProcess.prototype
    const { send } = EngineProcessHandle.prototype
    vi.spyOn(EngineProcessHandle.prototype, 'send').mockImplementation(function (
      this: EngineProcessHandle,
      command,
    ) {
      commands.push(command.type)
      send.call(this, command)
    })
    vi.spyOn(ChildProcess.prototype, 'emit').mockImplementation(function (
      this: ChildProcess,
      ...args: unknown[]
    ) {
      if (args[0] === 'message' && (args[1] as { type: string }).type === 'outputs') {
        outputs += 1
        bytes += JSON.stringify(args[1]).length
      }
      return Reflect.apply(emit, this, args)
    })
    const texts = await Promise.all(Array.from({ length: 8 }, () => complete(url, true)))
    for (const text of texts) expect(text).toContain(`word${TOKENS - 1}`)
    expect(commands.filter((type) => type !== 'ping')).toEqual(Array(8).fill('generate'))
    // Requests that come together are evaluated together, but for the steps until the last has come.
    expect(outputs).toBeGreaterThan(0)
    expect(outputs).toBeLessThan(3 * TOKENS)
    // Of each token: its text, two numbers, and its share of a message.
    expect(bytes / (8 * TOKENS)).toBeLessThan(160)
    await close()
    rmSync(folder, { recursive: true })
  })
})

describe('the heap', () => {
  // What was allocated in December 2026: 138,600 and 162,700 bytes, for 32 events each.
  const MAX_JSON_BYTES = 220_000
  const MAX_STREAM_BYTES = 260_000

  it('gets as many bytes for a request as it did', () => {
    const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']
    const program = join(import.meta.dirname, 'allocation-process.ts')
    const words = ['--conditions=continuo-source', ...flags, program]
    const { json, stream } = JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }))
    expect(json).toBeGreaterThan(MAX_JSON_BYTES / 4)
    expect(json).toBeLessThan(MAX_JSON_BYTES)
    expect(stream).toBeGreaterThan(MAX_STREAM_BYTES / 4)
    expect(stream).toBeLessThan(MAX_STREAM_BYTES)
  })
})

async function openServer(config: object): Promise<{ url: string; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-counted-'))
  const configPath = join(folder, 'continuo.json')
  writeFileSync(configPath, JSON.stringify({ logLevel: 'silent', state: 'none', ...config }))
  const { continuo, loaded } = await startContinuo(resolveConfig({ configPath }, {}))
  const server = await serve(continuo.handle, { host: '127.0.0.1', port: 0 })
  await loaded
  return {
    url: server.url,
    async close() {
      server.closeNow()
      await continuo.close()
      rmSync(folder, { recursive: true })
    },
  }
}

import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../src/config/resolve-config.ts'
import type { LlamaEngine } from '../src/engines/llama/llama-engine.ts'
import { type Continuo, startContinuo } from '../src/open-continuo.ts'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { processIdOf } from './process-id-of.ts'
import { readMetrics, sumOf } from './read-metrics.ts'

// An engine whose process lives and does not respond: a signal stops it, like a call that never returns.

const folder = mkdtempSync(join(tmpdir(), 'continuo-stuck-'))
const modelPath = join(folder, 'random.gguf')
const PATIENCE = { timeout: 30_000, interval: 10 }

beforeAll(() => writeRandomGguf(modelPath, { contextTokens: 8192 }))
afterAll(() => rmSync(folder, { recursive: true }))

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Limits {
  readonly responseTimeoutMs?: number
}

/** One request at a time, and one in the queue. */
async function start(limits: Limits) {
  const engine = {
    model: modelPath,
    maxSequences: 1,
    maxQueuedRequests: 1,
    threads: 1,
    flashAttention: false,
    ...limits,
  }
  const config = resolveConfig({ logLevel: 'silent', metrics: { access: 'open' }, engine }, {})
  const { continuo, loaded } = await startContinuo(config)
  cleanups.push(() => continuo.close())
  await loaded
  return { continuo, engine: [...continuo.engines.values()][0] as LlamaEngine }
}

function ask(continuo: Continuo, maxTokens: number): Promise<Response> {
  return continuo.fetch('http://in-process/v1/complete', {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-2',
      prompt: '\n\nHuman: Hi\n\nAssistant:',
      max_tokens_to_sample: maxTokens,
      temperature: 0,
      stream: true,
    }),
  })
}

async function health(continuo: Continuo): Promise<string> {
  const response = await continuo.fetch('http://in-process/health')
  const { status } = (await response.json()) as { status: string }
  return `${response.status} ${status}`
}

async function metric(continuo: Continuo, name: string): Promise<number | undefined> {
  const response = await continuo.fetch('http://in-process/metrics')
  return sumOf(readMetrics(await response.text()), name)
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}

describe.skipIf(process.platform === 'win32')(
  'an engine whose process does not respond',
  { timeout: 60_000 },
  () => {
    it('is restarted, and its requests fail', async () => {
      const { continuo, engine } = await start({ responseTimeoutMs: 3_000 })
      const processId = processIdOf(engine)
      const begun = await ask(continuo, 8_000)
      expect(begun.status).toBe(200)
      process.kill(processId, 'SIGSTOP')
      const waiting = ask(continuo, 8)
      await expect.poll(() => health(continuo), PATIENCE).toBe('503 unresponsive')
      expect(await metric(continuo, 'continuo_engine_ready')).toBe(0)
      expect((await waiting).status).toBe(529)
      expect(await begun.text()).toMatch(/event: error\r?\ndata: .*"api_error"/)
      expect(await health(continuo)).toBe('503 loading')
      await expect.poll(() => health(continuo), PATIENCE).toBe('200 ok')
      expect(isAlive(processId)).toBe(false)
      expect((await ask(continuo, 8)).status).toBe(200)
      expect(await metric(continuo, 'continuo_engine_stalls_total')).toBe(1)
      expect(await metric(continuo, 'continuo_engine_crashes_total')).toBe(1)
      expect(await metric(continuo, 'continuo_engine_restarts_total')).toBe(1)
    })

    it('is restarted while it is idle', async () => {
      const { continuo, engine } = await start({ responseTimeoutMs: 500 })
      process.kill(processIdOf(engine), 'SIGSTOP')
      await expect
        .poll(() => metric(continuo, 'continuo_engine_stalls_total'), PATIENCE)
        .toBeGreaterThanOrEqual(1)
      await expect.poll(() => health(continuo), PATIENCE).toBe('200 ok')
    })

    it('loses nothing if it responds again in time', async () => {
      const { continuo, engine } = await start({})
      const processId = processIdOf(engine)
      process.kill(processId, 'SIGSTOP')
      const asked = [ask(continuo, 8), ask(continuo, 8)]
      await expect.poll(() => health(continuo), PATIENCE).toBe('503 unresponsive')
      process.kill(processId, 'SIGCONT')
      for (const response of await Promise.all(asked))
        expect(await response.text()).toContain('"stop_reason":"max_tokens"')
      expect(await health(continuo)).toBe('200 ok')
      expect([engine.processId, await metric(continuo, 'continuo_engine_stalls_total')]).toEqual([
        processId,
        0,
      ])
    })

    it('lets the server close', async () => {
      const { continuo, engine } = await start({})
      const processId = processIdOf(engine)
      process.kill(processId, 'SIGSTOP')
      await continuo.close()
      expect(isAlive(processId)).toBe(false)
    })
  },
)

describe('an engine that cannot be started again', { timeout: 60_000 }, () => {
  it('leaves no process behind, and recovers when it can', async () => {
    const { continuo, engine } = await start({})
    renameSync(modelPath, `${modelPath}.away`)
    const seen = new Set<number>()
    process.kill(processIdOf(engine), 'SIGKILL')
    const crashes = async () => {
      if (engine.processId !== null) seen.add(engine.processId)
      return metric(continuo, 'continuo_engine_crashes_total')
    }
    await expect.poll(crashes, PATIENCE).toBe(3)
    renameSync(`${modelPath}.away`, modelPath)
    await expect.poll(() => health(continuo), PATIENCE).toBe('200 ok')
    expect(existsSync(modelPath)).toBe(true)
    expect([...seen].filter((processId) => processId !== engine.processId && isAlive(processId))).toEqual([])
  })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError, type Continuo, EngineLoadError, openContinuo } from '../src/open-continuo.ts'
import { writeRandomGguf } from './gguf/random-gguf.ts'

const ENTRY = fileURLToPath(new URL('../src/open-continuo.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'continuo-in-process-'))
const engine = {
  model: join(folder, 'random.gguf'),
  threads: 1,
  kvCache: 'unified',
  flashAttention: false,
} as const
let continuo: Continuo

beforeAll(async () => {
  writeRandomGguf(engine.model, { contextTokens: 8192 })
  continuo = await openContinuo({ engine })
})
afterAll(async () => {
  await continuo.close()
  rmSync(folder, { recursive: true })
})

function post(body: object, signal?: AbortSignal): Promise<Response> {
  return continuo.fetch('http://anything/v1/complete', {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-2',
      prompt: '\n\nHuman: Hi\n\nAssistant:',
      max_tokens_to_sample: 8000,
      temperature: 0,
      ...body,
    }),
    ...(signal ? { signal } : {}),
  })
}

describe('openContinuo', () => {
  it('responds like the server', async () => {
    const response = await post({ max_tokens_to_sample: 4 })
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    expect(await response.json()).toMatchObject({
      type: 'completion',
      model: 'claude-2.0',
      stop_reason: 'max_tokens',
    })
  })

  it('rejects as fetch does when its signal fires', async () => {
    const controller = new AbortController()
    const response = post({}, controller.signal)
    setImmediate(() => controller.abort(new Error('enough')))
    await expect(response).rejects.toThrow('enough')
  })

  it('stops generating when the reader of a stream cancels', async () => {
    const response = await post({ stream: true })
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect((await post({ max_tokens_to_sample: 1 })).status).toBe(200)
  })

  it('throws an error class for each kind of failure', async () => {
    await expect(openContinuo({ engine: { model: 'none.gguf' } })).rejects.toBeInstanceOf(EngineLoadError)
    await expect(openContinuo({ configPath: 'none.json' })).rejects.toBeInstanceOf(ConfigError)
    await expect(openContinuo({ engine: { maxSequences: 0 } })).rejects.toBeInstanceOf(ConfigError)
  })

  it.each([
    ['lets a program end that forgot to close it', ''],
    ['lets a program continue after closing it', 'await continuo.close()'],
  ])('%s', async (_, closing) => {
    const program = `
      const { openContinuo } = await import(${JSON.stringify(ENTRY)})
      const continuo = await openContinuo({ engine: ${JSON.stringify(engine)} })
      const response = await continuo.fetch('http://x/v1/models', {
        headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
      })
      ${closing}
      console.log(response.status)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(output).toBe('200\n')
    expect(child.exitCode).toBe(0)
  })
})

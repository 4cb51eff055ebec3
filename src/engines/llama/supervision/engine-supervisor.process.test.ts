import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomGguf } from '../../../../test/gguf/random-gguf.ts'
import { llamaSettings } from '../../../../test/llama-settings.ts'
import { processIdOf } from '../../../../test/process-id-of.ts'
import { EngineSupervisor, type SupervisorEvents } from './engine-supervisor.ts'
import { loadTimeoutMs, responseTimeoutMs } from './engine-timeouts.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-supervisor-'))
const modelPath = join(folder, 'random.gguf')
const SETTINGS = llamaSettings({ model: modelPath, threads: 1, flashAttention: false })

beforeAll(() => writeRandomGguf(modelPath))
afterAll(() => rmSync(folder, { recursive: true }))

function supervise(settings: Partial<typeof SETTINGS & { loadTimeoutMs: number }>) {
  const seen: string[] = []
  const note = (name: string) => () => void seen.push(name)
  const events: SupervisorEvents = {
    onLoading: () => undefined,
    onLoaded: async () => void seen.push('loaded'),
    onOutputs: note('outputs'),
    onTokenCount: note('token count'),
    onDrafts: note('drafts'),
    onUnresponsive: note('unresponsive'),
    onStall: note('stall'),
    onLost: note('lost'),
    onRestartFailed: note('restart failed'),
    onRestart: note('restart'),
  }
  return { seen, supervisor: new EngineSupervisor({ ...SETTINGS, ...settings }, events) }
}

describe.skipIf(process.platform === 'win32')('EngineSupervisor', () => {
  it('kills a process that makes no progress with loading', async () => {
    const { seen, supervisor } = supervise({ loadTimeoutMs: 500 })
    const loaded = supervisor.load()
    const processId = processIdOf(supervisor)
    process.kill(processId, 'SIGSTOP')
    await expect(loaded).rejects.toMatchObject({
      name: 'EngineLoadError',
      message: expect.stringMatching(
        /random\.gguf could not be loaded \(it made no progress for 0\.5 s\)\.$/,
      ),
    })
    await supervisor.close()
    expect(() => process.kill(processId, 0)).toThrow('ESRCH')
    expect(seen).toEqual(['stall'])
  })

  it('kills a stopped process that is loading when it is closed', async () => {
    const { seen, supervisor } = supervise({})
    const loaded = supervisor.load()
    const processId = processIdOf(supervisor)
    process.kill(processId, 'SIGSTOP')
    const failed = expect(loaded).rejects.toMatchObject({ name: 'EngineLoadError' })
    await supervisor.close()
    await failed
    expect(() => process.kill(processId, 0)).toThrow('ESRCH')
    expect(seen).toEqual([])
  })
})

describe('engine timeouts', () => {
  const model = { longestStepMs: 1_000 }

  it('are longer for the responses of a slow model, unless one is set', () => {
    expect(responseTimeoutMs(SETTINGS, model)).toBe(30_000)
    expect(responseTimeoutMs(SETTINGS, { longestStepMs: 20_000 })).toBe(200_000)
    expect(responseTimeoutMs({ ...SETTINGS, responseTimeoutMs: 300 }, { longestStepMs: 20_000 })).toBe(300)
    expect(responseTimeoutMs({ ...SETTINGS, responseTimeoutMs: 0 }, model)).toBe(0)
  })

  it('are ten minutes for loading, unless one is set or the file is large', () => {
    expect(loadTimeoutMs(SETTINGS)).toBe(600_000)
    expect(loadTimeoutMs({ ...SETTINGS, model: join(folder, 'none') })).toBe(600_000)
    expect(loadTimeoutMs({ ...SETTINGS, loadTimeoutMs: 0 })).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { deferred } from '../../../test/deferred.ts'
import { eventLoopTurns } from '../../../test/event-loop-turns.ts'
import { llamaSettings } from '../../../test/llama-settings.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import { EngineLoadError } from '../../completion/engine-load-error.ts'
import type { LlamaEngine } from './llama-engine.ts'
import { LoadedModels } from './loaded-models.ts'
import { OnDemandEngine } from './on-demand-engine.ts'

const GB = 1e9
const REQUEST = {} as CompletionRequest
const NEVER = new AbortController().signal

/** Models of one gigabyte on a machine with a number of them, and what happens to them in order. */
function machine(memoryGb: number, { idleUnloadMs = 0 } = {}) {
  const events: string[] = []
  const loaded = new Set<string>()
  const models = new LoadedModels(() => (memoryGb - loaded.size) * GB)
  const gates = new Map<string, Promise<void>>()
  const broken = new Set<string>()
  const unloaded = deferred()
  function modelOf(name: string): OnDemandEngine {
    const engine = {
      contextWindowTokens: 4_096,
      isReady: true,
      async *generate() {
        await gates.get(name)
        yield [{ type: 'text-delta', text: name, completionTokens: 1 }]
      },
      countTokens: async () => 7,
      close: async () => void loaded.delete(name),
    } as unknown as LlamaEngine
    return new OnDemandEngine({
      ...{ settings: llamaSettings({ model: `/${name}.gguf`, idleUnloadMs }), neededBytes: GB, models },
      async open() {
        events.push(`open ${name}`)
        await eventLoopTurns(2)
        if (broken.has(name)) throw new EngineLoadError('it is broken')
        loaded.add(name)
        return engine
      },
      onLoad: () => events.push(`loaded ${name}`),
      onUnload: () => {
        events.push(`unloaded ${name}`)
        unloaded.resolve()
      },
      onLoadFailed: (reason) => events.push(`failed ${name}: ${reason}`),
    })
  }
  return { events, modelOf, gates, broken, unloaded }
}

async function ask(engine: OnDemandEngine, signal = NEVER): Promise<string> {
  let text = ''
  for await (const events of engine.generate(REQUEST, signal))
    for (const event of events) if (event.type === 'text-delta') text += event.text
  return text
}

describe('OnDemandEngine', () => {
  it('is loaded by its first requests, once, and one model after the other', async () => {
    const { events, modelOf } = machine(2)
    const [a, b] = [modelOf('a'), modelOf('b')]
    expect([a.isReady, a.isLoaded, a.contextWindowTokens]).toEqual([true, false, Number.POSITIVE_INFINITY])
    expect(await Promise.all([ask(a), ask(b), ask(a), a.countTokens({} as never, NEVER)])).toEqual([
      'a',
      'b',
      'a',
      7,
    ])
    expect(events).toEqual(['open a', 'loaded a', 'open b', 'loaded b'])
    expect(a.contextWindowTokens).toBe(4_096)
  })

  it('is loaded before it is asked for', async () => {
    const { events, modelOf } = machine(1)
    const a = modelOf('a')
    const loading = a.load(NEVER)
    expect([a.isLoading, a.isBusy, a.isLoaded]).toEqual([true, true, false])
    await loading
    expect([a.isLoading, a.isBusy, a.isLoaded]).toEqual([false, false, true])
    expect(events).toEqual(['open a', 'loaded a'])
  })

  it('makes space by unloading the least recently used model that is idle', async () => {
    const { events, modelOf, gates } = machine(2)
    const [a, b, c] = [modelOf('a'), modelOf('b'), modelOf('c')]
    await ask(a)
    await ask(b)
    await ask(a)
    const gate = deferred()
    gates.set('b', gate.promise)
    const running = ask(b)
    expect(await ask(c)).toBe('c')
    gate.resolve()
    expect(await running).toBe('b')
    expect(events.slice(4)).toEqual(['unloaded a', 'open c', 'loaded c'])
    await ask(a)
    expect(events.slice(7)).toEqual([expect.stringMatching(/^unloaded [bc]$/), 'open a', 'loaded a'])
  })

  it('is unloaded when it is idle, and loaded again', async () => {
    const { events, modelOf, unloaded } = machine(1, { idleUnloadMs: 1 })
    const a = modelOf('a')
    // Its own timer keeps no process alive.
    const alive = setInterval(() => undefined, 1_000)
    await ask(a)
    await unloaded.promise
    clearInterval(alive)
    expect(await ask(a)).toBe('a')
    expect(events.slice(0, 5)).toEqual(['open a', 'loaded a', 'unloaded a', 'open a', 'loaded a'])
    expect(a.contextWindowTokens).toBe(4_096)
    await a.close()
  })

  it('fails a request whose model cannot be loaded, and does not try again at once', async () => {
    const { events, modelOf, broken } = machine(1)
    const a = modelOf('a')
    broken.add('a')
    for (let request = 0; request < 2; request++)
      await expect(ask(a)).rejects.toMatchObject({ code: 'engine-failed', message: /could not be loaded/ })
    expect(events).toEqual(['open a', 'failed a: it is broken'])
  })

  it('lets a request go that is cancelled while the model is loaded', async () => {
    const { events, modelOf } = machine(1)
    const a = modelOf('a')
    const cancel = new AbortController()
    const cancelled = ask(a, cancel.signal)
    cancel.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
    expect(await ask(a)).toBe('a')
    expect(events).toEqual(['open a', 'loaded a'])
  })

  it('refuses requests that are too many while it is loaded, and all when it is closed', async () => {
    const { modelOf } = machine(1)
    const a = modelOf('a')
    const asked = Array.from({ length: 66 }, () => ask(a).catch((error) => error.code))
    const results = await Promise.all(asked)
    expect(results.filter((result) => result === 'overloaded')).toHaveLength(1)
    await a.close()
    expect(a.isReady).toBe(false)
    await expect(ask(a)).rejects.toMatchObject({ code: 'overloaded' })
  })
})

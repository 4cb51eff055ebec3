import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SHIPPED_MODEL_PATH } from '../src/config/resolve-engines.ts'
import { LlamaEngine } from '../src/engines/llama/llama-engine.ts'
import { completionOf, send } from './conformance/conformance-case.ts'
import { conformanceSuite, MODEL_INDEPENDENT_CASES } from './conformance/conformance-suite.ts'
import { llamaSettings } from './llama-settings.ts'
import { startScriptedServer } from './start-scripted-server.ts'

const SETTINGS = llamaSettings({
  model: SHIPPED_MODEL_PATH,
  threads: 1,
  kvCache: 'per-sequence',
  flashAttention: false,
})

let engine: LlamaEngine
/** One sequence and no queue: a sequence that is not freed fails the next request. */
let narrowEngine: LlamaEngine
beforeAll(async () => {
  engine = await LlamaEngine.open({ settings: SETTINGS })
  narrowEngine = await LlamaEngine.open({
    settings: { ...SETTINGS, maxSequences: 1, maxQueuedRequests: 0 },
  })
})
afterAll(() => Promise.all([engine.close(), narrowEngine.close()]))

conformanceSuite('the conformance cases on the embedded engine', MODEL_INDEPENDENT_CASES, async (needs) => {
  const server = await startScriptedServer(engine, needs)
  return { url: server.url, close: async () => server.closeNow() }
})

describe('the embedded engine over HTTP', () => {
  it('records the time in the queue, of the prefill and to the first token', async () => {
    const server = await startScriptedServer(engine)
    try {
      await completionOf(await send({ url: server.url, close: async () => undefined }))
      const [line] = server.logLines as Record<string, number>[]
      const { queueMs = -1, prefillMs = -1, timeToFirstTokenMs = -1, totalMs = -1 } = line ?? {}
      expect(Math.min(queueMs, prefillMs)).toBeGreaterThanOrEqual(0)
      expect(queueMs + prefillMs).toBeCloseTo(timeToFirstTokenMs, 2)
      expect(totalMs).toBeGreaterThanOrEqual(timeToFirstTokenMs)
    } finally {
      server.closeNow()
    }
  })

  /** Sampled prose is long; the token limit ends it. */
  const LONG = {
    prompt: '\n\nHuman: Tell me a long story.\n\nAssistant:',
    max_tokens_to_sample: 2000,
    temperature: 1,
  }

  it.each([true, false])(
    'frees the sequence of a client that disconnects (streaming: %s)',
    async (stream) => {
      const server = await startScriptedServer(narrowEngine)
      try {
        for (let round = 0; round < 5; round++) {
          const controller = new AbortController()
          const response = fetch(`${server.url}/v1/complete`, {
            method: 'POST',
            headers: { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' },
            body: JSON.stringify({ model: 'claude-2.1', stream, ...LONG }),
            signal: controller.signal,
          })
          const ended = response.then((response) => response.text()).catch(() => 'disconnected')
          await expect.poll(() => narrowEngine.sequenceLoad.busySequences, { interval: 1 }).toBe(1)
          controller.abort()
          await ended
          await respondedWithin(1000, server.url)
        }
      } finally {
        server.closeNow()
      }
    },
  )

  it('refuses requests over its capacity with 529 and retry advice', async () => {
    const server = await startScriptedServer(narrowEngine)
    try {
      const requests = Array.from({ length: 6 }, () =>
        send({ url: server.url, close: async () => undefined }, { body: LONG }),
      )
      const responses = await Promise.all(requests)
      const refused = responses.filter((response) => response.status === 529)
      expect(responses.filter((response) => response.status === 200).length + refused.length).toBe(6)
      expect(refused.length).toBeGreaterThan(0)
      for (const response of refused) {
        expect(response.headers.get('x-should-retry')).toBe('true')
        expect(await response.json()).toMatchObject({
          error: { type: 'overloaded_error', message: 'Overloaded' },
        })
      }
    } finally {
      server.closeNow()
    }
  })

  it('gives concurrent requests the same completions as single ones, with a seed', async () => {
    const seededEngine = await LlamaEngine.open({ settings: { ...SETTINGS, seed: 3 } })
    const server = await startScriptedServer(seededEngine)
    const ask = async (question: string) => {
      const response = await send(
        { url: server.url, close: async () => undefined },
        {
          body: { prompt: `\n\nHuman: ${question}\n\nAssistant:`, max_tokens_to_sample: 24, temperature: 1 },
        },
      )
      return (await completionOf(response)).completion
    }
    try {
      const questions = [
        'What is 2 + 3?',
        'What is the opposite of big?',
        'Who are you?',
        'What day comes after Monday?',
      ]
      const alone: unknown[] = []
      for (const question of questions) alone.push(await ask(question))
      const together = await Promise.all([...questions, ...questions, ...questions].map(ask))
      expect(together).toEqual([...alone, ...alone, ...alone])
    } finally {
      server.closeNow()
      await seededEngine.close()
    }
  })
})

/** Expects that a request is admitted, which needs the only sequence. */
async function respondedWithin(ms: number, url: string): Promise<void> {
  const startedMs = performance.now()
  for (;;) {
    const response = await send({ url, close: async () => undefined }, { body: { max_tokens_to_sample: 1 } })
    await response.arrayBuffer()
    if (response.status === 200) return
    expect(performance.now() - startedMs).toBeLessThan(ms)
  }
}

import { describe, expect, it, vi } from 'vitest'
import { eventLoopTurns } from '../../test/event-loop-turns.ts'
import { flatEvents } from '../../test/flat-events.ts'
import { directoryOf } from '../../test/ready-engine.ts'
import { type Script, ScriptedEngine } from '../../test/scripted-engine.ts'
import { ANONYMOUS_CALLER, type Caller } from '../completion/caller.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../completion/completion-request.ts'
import { parsePrompt } from '../completion/human-assistant-prompt.ts'
import { CacheLedger } from '../conversation/cache-ledger.ts'
import type { CacheableConversation } from '../conversation/cacheable-conversation.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { type CompletionInput, type ServingDependencies, serveCompletion } from './serve-completion.ts'

const REQUEST: CompletionRequest = {
  modelId: 'm',
  prompt: parsePrompt('\n\nHuman: Hi\n\nAssistant:', {
    literalNewlineMarkers: false,
    startErrorFormat: 'long',
  }),
  maxTokens: 10,
  stopSequences: ['\n\nHuman:'],
  sampling: { temperature: 1, topP: null, topK: null },
  ...NO_TOOLS_OR_THINKING,
}

/** A conversation whose system text is to be cached. */
const CONVERSATION: CacheableConversation = {
  tools: [],
  system: [{ block: 'Be brief. '.repeat(8), cacheTtl: '5m' }],
  turns: [{ role: 'user', blocks: [{ block: { type: 'text', text: 'Hi' }, cacheTtl: null }] }],
  isThinkingEnabled: false,
  outputSchema: null,
}

const ALICE = { ...ANONYMOUS_CALLER, cacheScope: 'alice' }

const SHORT: Script = { steps: [' Hel', 'lo', { ends: 'end-of-generation' }] }

function dependenciesOf(script: Script, changes: Partial<ServingDependencies> = {}) {
  const engine = new ScriptedEngine(script)
  const log: (UsageRecord | string)[] = []
  let nowMs = 0
  const dependencies: ServingDependencies = {
    engines: directoryOf(engine),
    ledger: new CacheLedger(() => 0),
    minCachedTokens: 5,
    recordUsage: (record) => void log.push(record),
    nowMs: () => (nowMs += 10),
    ...changes,
  }
  return { engine, log, dependencies }
}

async function serve(
  dependencies: ServingDependencies,
  input: CompletionInput = { request: REQUEST },
  signal = new AbortController().signal,
  caller: Caller = ALICE,
) {
  const servingRequest = {
    requestId: 'req_1',
    caller,
    api: 'messages',
    isStream: true,
    allowsPriority: true,
    trace: null,
    input,
  } as const
  return serveCompletion(servingRequest, signal, dependencies)
}

async function run(script: Script, signal?: AbortSignal) {
  const { log, dependencies } = dependenciesOf(script)
  const { events } = await serve(dependencies, undefined, signal)
  return { events: flatEvents(events), log }
}

async function textOf(events: AsyncIterable<{ type: string; text?: string }>): Promise<string> {
  let text = ''
  for await (const event of events) text += event.text ?? ''
  return text
}

describe('serveCompletion', () => {
  it('evaluates only the prompt for 0 tokens, whatever the engine generates, and caches it', async () => {
    const call = { type: 'tool-call-start', id: null, name: 't', completionTokens: 1 } as const
    for (const steps of [
      [' Hel', { yields: call }, { ends: 'tool-call' }],
      [' ', { ends: 'max-tokens' }],
      [{ ends: 'end-of-generation' }],
    ] as const) {
      const { engine, log, dependencies } = dependenciesOf({ steps })
      const request = { ...REQUEST, maxTokens: 0 }
      const { events } = await serve(dependencies, { conversation: CONVERSATION, edits: null, request })
      const types = []
      for await (const event of flatEvents(events)) {
        types.push(event.type)
        if (event.type === 'completion-end') expect(event.stopReason).toBe('max-tokens')
      }
      expect(types.filter((type) => type.includes('delta') || type.includes('call'))).toEqual([])
      expect(types.at(-1)).toBe('completion-end')
      expect(engine.requests[0]?.maxTokens).toBe(1)
      expect(log).toMatchObject([{ completionTokens: 0 }])
      expect(log[0]).toHaveProperty('promptTokens', expect.any(Number))
    }
  })

  it('serves a key only the models that it may use', async () => {
    const { dependencies, log } = dependenciesOf(SHORT)
    const signal = new AbortController().signal
    const serveWith = (...allowed: string[]) =>
      serve(dependencies, undefined, signal, { ...ALICE, allowedModels: new Set(allowed) })
    await expect(serveWith('n')).rejects.toMatchObject({ code: 'model-not-found', message: 'model: m' })
    expect(log).toEqual([])
    const { events } = await serveWith('n', 'm')
    expect(await textOf(flatEvents(events))).toBe(' Hello')
  })

  it('holds the end back until its record is on the disk', async () => {
    let written: () => void = () => undefined
    const disk = new Promise<void>((resolve) => {
      written = resolve
    })
    const { dependencies } = dependenciesOf(SHORT, { recordUsage: () => disk })
    const { events } = await serve(dependencies)
    const seen: string[] = []
    const reading = (async () => {
      for await (const batch of events) seen.push(...batch.map(({ type }) => type))
    })()
    await eventLoopTurns(5)
    expect(seen).not.toContain('completion-end')
    written()
    await reading
    expect(seen.at(-1)).toBe('completion-end')
  })

  it('records whose completion it was, who generated it and what it cost', async () => {
    const { events, log } = await run(SHORT)
    expect(await textOf(events)).toBe(' Hello')
    expect(log).toEqual([
      {
        requestId: 'req_1',
        caller: ALICE,
        api: 'messages',
        isStream: true,
        serviceTier: 'standard',
        modelId: 'm',
        engine: 'scripted',
        engineModel: 'scripted-model',
        promptTokens: 3,
        reusedPromptTokens: 0,
        cacheReadTokens: 0,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
        completionTokens: 2,
        outcome: 'end-of-generation',
        queueMs: null,
        prefillMs: null,
        timeToFirstTokenMs: expect.any(Number),
        totalMs: expect.any(Number),
      },
    ])
  })

  it('records before it yields the end', async () => {
    const { log, dependencies } = dependenciesOf(SHORT)
    const { events } = await serve(dependencies)
    for await (const { type } of flatEvents(events)) if (type === 'completion-end') log.push(type)
    expect(log).toEqual([expect.objectContaining({ outcome: 'end-of-generation' }), 'completion-end'])
  })

  it('records before it throws', async () => {
    const failure = new CompletionError('engine-failed', 'it broke')
    const { log, dependencies } = dependenciesOf({ steps: ['a', { throws: failure }] })
    const { events } = await serve(dependencies)
    await textOf(flatEvents(events)).catch((error) => log.push(String(error.message)))
    expect(log).toEqual([
      expect.objectContaining({ outcome: 'engine-failed', completionTokens: 1 }),
      'it broke',
    ])
  })

  it('records the tokens up to a stop sequence', async () => {
    const { events, log } = await run({ steps: ['a', '\n\nHu', 'man:', 'b', { ends: 'end-of-generation' }] })
    expect(await textOf(events)).toBe('a')
    expect(log).toMatchObject([{ completionTokens: 3, outcome: 'stop-sequence' }])
  })

  it('records a completion that is read no further as cancelled', async () => {
    const { events, log } = await run({ steps: ['a', { delayMs: 1 }, 'b', { ends: 'end-of-generation' }] })
    for await (const event of events) if (event.type === 'text-delta') break
    expect(log).toMatchObject([{ outcome: 'cancelled', completionTokens: 1 }])
  })

  it('throws and records `cancelled` once the signal has fired, whatever the engine throws', async () => {
    const controller = new AbortController()
    const { events, log } = await run(
      { steps: ['a', { throws: new TypeError('torn down') }] },
      controller.signal,
    )
    controller.abort()
    await expect(textOf(events)).rejects.toMatchObject({ code: 'cancelled' })
    expect(log).toMatchObject([{ outcome: 'cancelled' }])
  })

  it('fails if the engine stops without an end', async () => {
    const { events, log } = await run({ steps: ['a'] })
    await expect(textOf(events)).rejects.toMatchObject({ code: 'engine-failed' })
    expect(log).toMatchObject([{ outcome: 'engine-failed' }])
  })

  it('gives the engine the caller’s cache scope', async () => {
    const { engine, dependencies } = dependenciesOf(SHORT)
    await textOf(flatEvents((await serve(dependencies)).events))
    expect(engine.requests).toMatchObject([{ cacheScope: 'alice' }])
    expect(engine.requests[0]).not.toHaveProperty('isBackground')
  })

  it('lets other requests go before those of batches', async () => {
    const { engine, dependencies } = dependenciesOf(SHORT)
    const admitted = {
      use: () => undefined,
      spend: () => undefined,
      release: () => undefined,
      status: () => ({}),
    }
    const admit = () => ({ ...admitted, serviceTier: 'batch' as const })
    await textOf(flatEvents((await serve({ ...dependencies, admit })).events))
    expect(engine.requests).toMatchObject([{ isBackground: true }])
  })

  it('charges a conversation for what it caches, once, and records it', async () => {
    const { log, dependencies } = dependenciesOf(SHORT)
    const input = { request: REQUEST, conversation: CONVERSATION, edits: null }
    const first = await serve(dependencies, input)
    await textOf(flatEvents(first.events))
    const second = await serve(dependencies, input)
    await textOf(flatEvents(second.events))
    expect(log).toMatchObject([
      { cacheReadTokens: 0, cacheWrite5mTokens: expect.any(Number) },
      { cacheReadTokens: expect.any(Number), cacheWrite5mTokens: 0 },
    ])
    const [wrote, read] = log as UsageRecord[]
    expect(wrote?.cacheWrite5mTokens).toBeGreaterThan(5)
    expect(read?.cacheReadTokens).toBe(wrote?.cacheWrite5mTokens)
    expect(first.inputUsageOf(1_000)).toMatchObject({ cacheWrite5mTokens: wrote?.cacheWrite5mTokens })
    expect(first.usage).toBe(wrote)
  })

  it('records nothing as cached of a completion that failed before it was charged', async () => {
    const { log, dependencies } = dependenciesOf({ steps: ['a', { throws: new Error('broken') }] })
    const { events } = await serve(dependencies, {
      request: REQUEST,
      conversation: CONVERSATION,
      edits: null,
    })
    await expect(textOf(flatEvents(events))).rejects.toThrow('broken')
    expect(log).toMatchObject([{ cacheReadTokens: 0, cacheWrite5mTokens: 0 }])
  })

  it.each([
    [
      'at once',
      () => {
        throw new CompletionError('overloaded', 'too much')
      },
    ],
    [
      'after a wait',
      async () => {
        throw new CompletionError('overloaded', 'too much')
      },
    ],
  ])('throws what refuses the request %s, and asks the engine for nothing', async (_, checkRecording) => {
    const { engine, log, dependencies } = dependenciesOf(SHORT, { checkRecording })
    await expect(serve(dependencies)).rejects.toThrow('too much')
    expect([engine.requests, log]).toEqual([[], []])
  })

  it('gives others a turn after it has written a prompt for long', async () => {
    let nowMs = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 100))
    try {
      let turns = 0
      setImmediate(() => (turns += 1))
      const { dependencies } = dependenciesOf(SHORT)
      const uncached = { ...CONVERSATION, system: [] }
      await serve(dependencies, { request: REQUEST, conversation: uncached, edits: null })
      expect(turns).toBe(1)
    } finally {
      clock.mockRestore()
    }
  })

  it('throws while the engine is loading, with nothing to record', async () => {
    const { log, dependencies } = dependenciesOf(SHORT)
    const loading = directoryOf(new ScriptedEngine(SHORT), 'loading')
    await expect(serve({ ...dependencies, engines: loading })).rejects.toMatchObject({ code: 'not-ready' })
    expect(log).toEqual([])
  })
})

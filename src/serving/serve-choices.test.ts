import { describe, expect, it } from 'vitest'
import { eventLoopTurns } from '../../test/event-loop-turns.ts'
import { directoryOf } from '../../test/ready-engine.ts'
import { ScriptedEngine, type ScriptStep } from '../../test/scripted-engine.ts'
import type { Admit, UsedTokens } from '../completion/admission.ts'
import { ANONYMOUS_CALLER } from '../completion/caller.ts'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../completion/completion-request.ts'
import { rawPrompt } from '../completion/prompt.ts'
import { CacheLedger } from '../conversation/cache-ledger.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { MAX_CHOICES_AT_ONCE, serveChoices } from './serve-choices.ts'

const END: ScriptStep = { ends: 'end-of-generation' }

function choiceOf(text: string): CompletionRequest {
  return {
    modelId: 'm',
    prompt: rawPrompt(text),
    maxTokens: 10,
    stopSequences: [],
    sampling: { temperature: 1, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
  }
}

async function serve(
  texts: readonly string[],
  steps: (text: string) => readonly ScriptStep[],
  choicesPerPrompt = 1,
  admit?: Admit,
) {
  const engine = new ScriptedEngine({ steps: ({ prompt }) => steps(prompt.text) })
  const records: UsageRecord[] = []
  const controller = new AbortController()
  const choices = texts.map(choiceOf)
  const [first = choiceOf('')] = choices
  const servingRequest = {
    requestId: 'req_1',
    caller: ANONYMOUS_CALLER,
    api: 'openai-completions',
    isStream: true,
    allowsPriority: true,
    trace: null,
    input: { request: first },
  } as const
  const served = await serveChoices({ servingRequest, choices, choicesPerPrompt }, controller.signal, {
    engines: directoryOf(engine),
    ledger: new CacheLedger(() => 0),
    minCachedTokens: 5,
    recordUsage: (record) => void records.push(record),
    nowMs: () => 0,
    ...(admit === undefined ? {} : { admit }),
  })
  return { served, engine, records, controller }
}

async function allOf(events: AsyncIterable<readonly CompletionEvent[]>): Promise<CompletionEvent[]> {
  const all: CompletionEvent[] = []
  for await (const together of events) all.push(...together)
  return all
}

function textsOf(events: readonly CompletionEvent[]): Record<number, string> {
  const texts: Record<number, string> = {}
  let index = 0
  for (const event of events) {
    if (event.type === 'choice-start') index = event.index
    if (event.type === 'text-delta') texts[index] = (texts[index] ?? '') + event.text
  }
  return texts
}

describe('serveChoices', () => {
  it('serves each completion, and reports to which one an event belongs', async () => {
    const { served, records } = await serve(['a', 'a', 'bbbbbbbbb', 'bbbbbbbbb'], (text) => [text, END], 2)
    const events = await allOf(served.events)
    expect(events[0]).toEqual({ type: 'completion-start', promptTokens: null })
    expect(textsOf(events)).toEqual({ 0: 'a', 1: 'a', 2: 'bbbbbbbbb', 3: 'bbbbbbbbb' })
    expect(events.filter(({ type }) => type === 'choice-end')).toHaveLength(4)
    // The tokens of a prompt are counted once, however often it is completed.
    expect(events.slice(-2)).toEqual([
      { type: 'prompt-usage', promptTokens: 3, reusedPromptTokens: 0 },
      { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null },
    ])
    expect(records).toMatchObject([{ requestId: 'req_1', promptTokens: 3, completionTokens: 4 }])
    expect(served.usage).toEqual(records[0])
  })

  it('generates no more than a few at the same time', async () => {
    let most = 0
    const texts = Array.from({ length: 11 }, (_, index) => `${index}`)
    const { served, engine } = await serve(texts, (text) => [{ delayMs: 1 }, text, { delayMs: 1 }, END])
    for await (const _ of served.events) most = Math.max(most, engine.running.value)
    expect(most).toBe(MAX_CHOICES_AT_ONCE)
    expect(engine.requests).toHaveLength(11)
  })

  it('throws when one fails, and ends the others', async () => {
    const failure = new CompletionError('engine-failed', 'broken')
    const { served, engine, records } = await serve(['a', 'b', 'c'], (text) =>
      text === 'b' ? [{ throws: failure }] : [text, { delayMs: 1 }, text, { delayMs: 1 }, END],
    )
    await expect(allOf(served.events)).rejects.toThrow('broken')
    await engine.running.until(0)
    await expect.poll(() => records.map(({ outcome }) => outcome)).toEqual(['engine-failed'])
  })

  it('cancels all when its signal fires', async () => {
    const { served, engine, controller } = await serve(['a', 'b', 'c'], () => ['x', { hangs: true }])
    const reading = allOf(served.events)
    await eventLoopTurns()
    expect(engine.running.value).toBe(3)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await engine.running.until(0)
  })

  it('is admitted once, with all its prompts, before any completion is generated', async () => {
    const admissions: number[] = []
    const used: UsedTokens[] = []
    let releases = 0
    const admit: Admit = ({ promptUnits }) => {
      admissions.push(promptUnits())
      if (admissions.length > 1) throw new CompletionError('overloaded', 'one request has a place')
      return {
        serviceTier: 'standard',
        use: (tokens) => void used.push(tokens),
        spend: () => undefined,
        release: () => void releases++,
        status: () => ({}),
      }
    }
    const texts = ['a', 'a', 'a', 'bbbbbbbbb', 'bbbbbbbbb', 'bbbbbbbbb']
    const { served, records } = await serve(texts, (text) => [text, END], 3, admit)
    expect(admissions).toEqual([10])
    await allOf(served.events)
    expect(admissions).toHaveLength(1)
    expect(used.at(-1)).toEqual({ promptTokens: 3, cacheReadTokens: 0, completionTokens: 6 })
    expect(releases).toBe(1)
    expect(records).toMatchObject([{ promptTokens: 3, completionTokens: 6, outcome: 'end-of-generation' }])
  })

  it('gives back what it holds when its signal fires before it is read', async () => {
    let releases = 0
    const admit: Admit = () => ({
      serviceTier: 'standard',
      use: () => undefined,
      spend: () => undefined,
      release: () => void releases++,
      status: () => ({}),
    })
    const { controller } = await serve(['a', 'b'], (text) => [text, END], 1, admit)
    controller.abort()
    expect(releases).toBeGreaterThan(0)
  })

  it('records what was used once, and releases its limits, when one fails while others wait', async () => {
    const used: UsedTokens[] = []
    let releases = 0
    const admit: Admit = () => ({
      serviceTier: 'standard',
      use: (tokens) => void used.push(tokens),
      spend: () => undefined,
      release: () => void releases++,
      status: () => ({}),
    })
    const failure = new CompletionError('engine-failed', 'broken')
    const { served, records } = await serve(
      Array.from({ length: 12 }, () => 'aaa'),
      () => ['x', { throws: failure }],
      1,
      admit,
    )
    await expect(allOf(served.events)).rejects.toThrow('broken')
    await expect.poll(() => records).toMatchObject([{ requestId: 'req_1', outcome: 'engine-failed' }])
    expect(releases).toBe(1)
    // Those that never began have used nothing.
    const [{ promptTokens, completionTokens } = { promptTokens: 0, completionTokens: 0 }] = records
    expect(used.at(-1)).toEqual({ promptTokens, cacheReadTokens: 0, completionTokens })
    expect(completionTokens).toBeLessThanOrEqual(MAX_CHOICES_AT_ONCE)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { END_TOKEN, ScriptedContext, type ScriptedContextOptions } from '../../../../test/scripted-context.ts'
import type { LogprobsRequest, ScoredToken } from '../../../completion/scored-token.ts'
import { GrammarLimitError } from '../grammar/grammar-budget.ts'
import { PrefillBudget } from './prefill-budget.ts'
import { Scheduler } from './scheduler.ts'
import { Speculation } from './speculation.ts'

const STEP_LIMITS = { targetMs: 50, maxTileMs: 200 }
const SAMPLING = { temperature: 1, topP: null, topK: null }

/** A token between 1 and 9 that depends on every token before it; sometimes the end. */
function hashToken(cachedTokens: readonly number[]): number {
  const hash = cachedTokens.reduce((sum, token, index) => (sum * 31 + token * (index + 7)) % 9973, 17)
  return hash % 13 === 0 ? END_TOKEN : (hash % 9) + 1
}

/** As the engine has it: none where tokens cannot be removed, or a batch must hold one sequence. */
function speculationOf(options: Partial<ScriptedContextOptions> & { oneSequencePerBatch?: boolean }) {
  return options.oneSequencePerBatch || options.canReusePrefix === false
    ? null
    : new Speculation({ draftModel: null, nowMs: () => 0 })
}

function setUp(options: Partial<ScriptedContextOptions> & { oneSequencePerBatch?: boolean } = {}) {
  const context = new ScriptedContext({ maxSequences: 3, nextToken: hashToken, ...options })
  const texts = new Map<number, string>()
  const tokens = new Map<number, number>()
  const reused = new Map<number, number>()
  const ended = new Map<number, string>()
  const failed = new Map<number, string>()
  const failures = new Map<number, string>()
  const scores = new Map<number, ScoredToken[]>()
  const scheduler = new Scheduler({
    context,
    prefillBudget: new PrefillBudget({
      minTokens: 4,
      maxTokens: 4,
      mixedStep: STEP_LIMITS,
      prefillStep: STEP_LIMITS,
    }),
    oneSequencePerBatch: options.oneSequencePerBatch ?? false,
    speculation: speculationOf(options),
    nowMs: () => 0,
    effects: {
      onEvent: (id, event) => {
        if (event.type === 'prefill-start') reused.set(id, event.reusedPromptTokens)
        if (event.type === 'completion-end') ended.set(id, event.stopReason)
        if ('tokens' in event) scores.set(id, [...(scores.get(id) ?? []), ...event.tokens])
        if (event.type !== 'text-delta') return
        texts.set(id, (texts.get(id) ?? '') + event.text)
        tokens.set(id, (tokens.get(id) ?? 0) + event.completionTokens)
      },
      onError: (id, { message, code }) => {
        failed.set(id, message)
        failures.set(id, code)
      },
    },
  })
  const submit = (
    id: number,
    promptTokens: readonly number[],
    maxTokens = 8,
    cacheScope: string | null = null,
    logprobs: LogprobsRequest | null = null,
    isBackground = false,
  ) =>
    scheduler.submit({
      id,
      promptTokens: Int32Array.from(promptTokens),
      maxTokens,
      lengthStopReason: 'max-tokens',
      sampling: SAMPLING,
      cacheScope,
      constraint: null,
      preservedTokens: new Map(),
      logprobs,
      isBackground,
    })
  const finish = () => {
    for (let steps = 0; scheduler.hasWork; steps++) {
      if (steps > 10_000) throw new Error('the scheduler never ends')
      scheduler.step()
    }
  }
  const outcome = (id: number) => ({
    text: texts.get(id) ?? '',
    tokens: tokens.get(id),
    stopReason: ended.get(id),
  })
  return {
    context,
    scheduler,
    submit,
    finish,
    outcome,
    texts,
    tokens,
    reused,
    ended,
    failed,
    failures,
    scores,
  }
}

type Action =
  | { readonly type: 'submit'; readonly prompt: number[] }
  | { readonly type: 'step' }
  | { readonly type: 'cancel'; readonly which: number }

/** Applies one action to the scheduler; records what was submitted, and what was cancelled before it ended. */
function play(
  one: Action,
  world: ReturnType<typeof setUp>,
  prompts: number[][],
  cancelled: Set<number>,
): void {
  if (one.type === 'submit') world.submit(prompts.push(one.prompt) - 1, one.prompt)
  if (one.type === 'step') world.scheduler.step()
  if (one.type !== 'cancel' || prompts.length === 0) return
  const id = one.which % prompts.length
  if (!world.ended.has(id)) cancelled.add(id)
  world.scheduler.cancel(id)
}

/** The completion by the model's rule, without a scheduler. */
function expected(promptTokens: readonly number[], maxTokens = 8, nextToken = hashToken) {
  const all = [...promptTokens]
  let text = ''
  for (let count = 1; ; count++) {
    const token = nextToken(all)
    if (token === END_TOKEN) return { text, tokens: count, stopReason: 'end-of-generation' }
    text += String.fromCharCode(96 + token)
    all.push(token)
    if (count === maxTokens) return { text, tokens: count, stopReason: 'max-tokens' }
  }
}

function lettersOf(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0) - 96)
}

function commonPrefix(one: readonly number[], other: readonly number[]): number {
  const end = one.findIndex((token, index) => token !== other[index])
  return end === -1 ? one.length : end
}

/** Swapping always pays. */
const FREE_SWAPS = { kvCacheBytesPerToken: 0, modelBytes: 1 }

describe('Scheduler', () => {
  it('completes a prompt that is longer than a prefill chunk', () => {
    const { submit, finish, texts, tokens, ended } = setUp()
    const prompt = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2]
    submit(1, prompt)
    finish()
    expect({ text: texts.get(1) ?? '', tokens: tokens.get(1), stopReason: ended.get(1) }).toEqual(
      expected(prompt),
    )
  })

  it('evaluates each token of a prompt and of a completion once, and those of several requests together', () => {
    const { context, submit, finish, tokens } = setUp({ nextToken: (cached) => (cached.length % 9) + 1 })
    const prompts = [
      [1, 2, 3],
      [2, 4, 6],
      [9, 8, 7],
    ]
    for (const [id, prompt] of prompts.entries()) submit(id, prompt, 20)
    finish()
    expect([...tokens.values()]).toEqual([20, 20, 20])
    // The last token of a completion is never evaluated; three prompts take three steps of four tokens at most.
    const evaluated = context.batches.reduce((sum, rows) => sum + rows.length, 0)
    expect(evaluated).toBe(3 * (3 + 20 - 1))
    expect(context.batches.length).toBeLessThanOrEqual(20 + 3)
  })

  it('decodes several sequences in one batch together with prefill', () => {
    const { context, submit, scheduler } = setUp()
    submit(1, [1])
    scheduler.step()
    submit(2, [2, 2, 2, 2, 2, 2])
    scheduler.step()
    const rows = context.batches.at(-1)?.map((row) => row.seqId)
    expect(new Set(rows).size).toBe(2)
    expect(rows).toHaveLength(5)
  })

  it('makes busy ids contiguous without losing cached tokens', () => {
    const world = setUp({ maxSequences: 4, compactionCost: FREE_SWAPS, nextToken: () => 1 })
    for (const id of [0, 1, 2, 3]) world.submit(id, [id + 1, id + 1, id + 1], id % 2 === 0 ? 4 : 9)
    while (world.ended.size < 2) world.scheduler.step()
    world.context.batches.length = 0
    world.scheduler.step()
    const [rows = []] = world.context.batches
    expect(rows.map(({ seqId }) => seqId)).toEqual([0, 1])
    world.finish()
    world.submit(4, [1, 1, 1, 1, 1, 1, 1], 1)
    world.finish()
    expect(world.reused.get(4)).toBe(6)
    expect(world.texts.get(3)).toBe('a'.repeat(9))
  })

  it('fails only the sequence that could not be swapped', () => {
    const world = setUp({ maxSequences: 4, compactionCost: FREE_SWAPS, nextToken: () => 1 })
    for (const id of [0, 1, 2, 3]) world.submit(id, [id + 1, id + 1, id + 1], id % 2 === 0 ? 4 : 9)
    while (world.ended.size < 2) world.scheduler.step()
    world.context.failNextSwap = true
    world.finish()
    expect([...world.failed.values()]).toEqual(['the two could not be swapped'])
    expect(world.ended.size).toBe(3)
    world.submit(4, [1, 1, 1, 1, 1, 1, 1], 1)
    world.finish()
    expect(world.ended.has(4)).toBe(true)
  })

  it('gives each sequence a batch of its own with oneSequencePerBatch', () => {
    const { context, submit, finish, ended } = setUp({ oneSequencePerBatch: true, canReusePrefix: false })
    for (const id of [1, 2, 3]) submit(id, [id, 5, 5])
    finish()
    expect(ended.size).toBe(3)
    for (const batch of context.batches) expect(new Set(batch.map((row) => row.seqId)).size).toBe(1)
  })

  it('evaluates requests in the background beside others in few steps, and alone in all', () => {
    const nextToken = ({ length }: readonly number[]) => 1 + length
    const options = { maxSequences: 2, contextWindowTokens: 1_000, nextToken }
    const { context, scheduler, submit, finish, ended } = setUp(options)
    submit(1, [1, 2, 3], 200, null, null, true)
    submit(2, [4, 5, 6], 100)
    const widths: number[] = []
    while (ended.get(2) === undefined) {
      if (widths.length > 500) throw new Error('the request never ends')
      scheduler.step()
      widths.push(new Set(context.batches.at(-1)?.map(({ seqId }) => seqId)).size)
    }
    const together = widths.filter((width) => width === 2).length
    expect(together).toBeGreaterThanOrEqual(1)
    expect(together).toBeLessThanOrEqual(widths.length / 16)
    expect(ended.has(1)).toBe(false)
    finish()
    expect([...ended.values()]).toEqual(['max-tokens', 'max-tokens'])
  })

  it('ends the last request in the background where another has no sequence, and none for one in the background', () => {
    const { scheduler, submit, finish, ended, failures } = setUp({ maxSequences: 2, nextToken: () => 1 })
    for (const id of [1, 2]) submit(id, [id, 2, 3], 50, null, null, true)
    scheduler.step()
    submit(3, [7, 8], 4, null, null, true)
    scheduler.step()
    expect(failures.size).toBe(0)
    submit(4, [8, 9], 4)
    scheduler.step()
    expect([...failures]).toEqual([[2, 'overloaded']])
    finish()
    expect([...ended.keys()].toSorted()).toEqual([1, 3, 4])
  })

  it('does not wait for a prefix that is in prefill in the background', () => {
    const prompt = Array.from({ length: 60 }, (_, n) => (n % 9) + 1)
    const { scheduler, submit, finish, ended, reused } = setUp({ maxSequences: 2, nextToken: () => 1 })
    submit(1, prompt, 4, null, null, true)
    scheduler.step()
    submit(2, [...prompt, 1], 4)
    scheduler.step()
    expect(reused.has(2)).toBe(true)
    finish()
    expect(ended.size).toBe(2)
  })

  it('queues a request until a sequence is idle', () => {
    const { submit, scheduler, finish, ended, reused } = setUp({ maxSequences: 1, nextToken: () => 1 })
    submit(1, [1, 2], 4)
    submit(2, [3, 4], 4)
    scheduler.step()
    expect([...reused.keys()]).toEqual([1])
    finish()
    expect([...ended.keys()]).toEqual([1, 2])
  })

  it('reuses a cached prefix', () => {
    const { context, submit, finish, reused } = setUp()
    submit(1, [1, 2, 3, 4, 5, 6], 1)
    finish()
    context.batches.length = 0
    submit(2, [1, 2, 3, 4, 5, 6, 7, 8], 1)
    finish()
    expect(reused.get(2)).toBe(6)
    expect(context.batches.flat().map((row) => row.tokenId)).toEqual([7, 8])
  })

  it('evaluates the last token of a prompt that is cached as a whole', () => {
    const { submit, finish, reused, texts } = setUp()
    for (const id of [1, 2]) {
      submit(id, [1, 2, 3], 1)
      finish()
    }
    expect(reused.get(2)).toBe(2)
    expect(texts.get(2)).toBe(texts.get(1))
  })

  it('trims a long prefix so that the rest fills a tile', () => {
    const { submit, finish, reused } = setUp({ contextWindowTokens: 2_048 })
    const prompt = Array.from({ length: 1_145 }, (_, index) => 1 + (index % 20))
    submit(1, prompt.slice(0, 1_100), 1)
    finish()
    submit(2, prompt, 1)
    finish()
    expect(reused.get(2)).toBe(1_145 - 64)
  })

  it('copies a long prefix from a busy sequence', () => {
    const { submit, scheduler, finish, reused, texts } = setUp({ maxBatchTokens: 64 })
    const shared = Array.from({ length: 40 }, (_, index) => (index % 9) + 1)
    submit(1, [...shared, 1], 20)
    submit(2, [...shared, 2], 20)
    scheduler.step()
    expect([...reused.keys()]).toEqual([1])
    finish()
    expect(reused.get(2)).toBeGreaterThanOrEqual(32)
    expect(texts.get(2) ?? '').toBe(expected([...shared, 2], 20).text)
  })

  it('neither waits for nor copies a prefix of another scope', () => {
    const { submit, scheduler, finish, reused, outcome } = setUp({ maxBatchTokens: 64 })
    const shared = Array.from({ length: 40 }, (_, index) => (index % 9) + 1)
    submit(1, [...shared, 1], 20, 'one')
    submit(2, [...shared, 2], 20, 'another')
    scheduler.step()
    expect([...reused]).toEqual([
      [1, 0],
      [2, 0],
    ])
    finish()
    submit(3, [...shared, 1], 20)
    submit(4, [...shared, 1], 20, 'another')
    finish()
    expect(reused.get(3)).toBe(0)
    expect(reused.get(4)).toBe(40)
    expect(outcome(4)).toEqual(outcome(1))
  })

  it('reuses only tokens that the same scope sent or received', () => {
    const prompt = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 50 })
    const scope = fc.constantFrom(null, 'one', 'another')
    const turn = fc.record({ prompt, scope, steps: fc.nat({ max: 6 }) })
    const shape = fc.record({
      maxSequences: fc.integer({ min: 1, max: 4 }),
      compactionCost: fc.constantFrom(null, FREE_SWAPS),
    })
    fc.assert(
      fc.property(shape, fc.array(turn, { maxLength: 12 }), (options, turns) => {
        const world = setUp(options)
        for (const [id, { prompt, scope, steps }] of turns.entries()) {
          world.submit(id, prompt, 8, scope)
          for (let step = 0; step < steps; step++) world.scheduler.step()
        }
        world.finish()
        for (const [id, { prompt, scope }] of turns.entries()) {
          const others = turns.filter((other, otherId) => otherId !== id && other.scope === scope)
          const known = others.map((other) => [...other.prompt, ...lettersOf(expected(other.prompt).text)])
          const longest = Math.max(0, ...known.map((tokens) => commonPrefix(tokens, prompt)))
          expect(world.reused.get(id)).toBeLessThanOrEqual(longest)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('frees the sequence of a cancelled request, waiting or running', () => {
    const { context, submit, scheduler, finish, ended } = setUp({ maxSequences: 1, nextToken: () => 1 })
    submit(1, [1, 2], 1000)
    submit(2, [1, 3], 1)
    submit(3, [1, 4], 1)
    scheduler.step()
    scheduler.cancel(1)
    scheduler.cancel(2)
    scheduler.cancel(99)
    finish()
    expect([...ended.keys()]).toEqual([3])
    expect(context.samplersAlive).toBe(0)
  })

  it('clears idle sequences when the KV cache is full', () => {
    const { context, submit, finish, ended, failed } = setUp()
    submit(1, [1, 2, 3], 1)
    finish()
    context.failNextDecode = 'kv-cache-full'
    submit(2, [9, 9], 1)
    finish()
    expect([...ended.keys()]).toEqual([1, 2])
    expect(failed.size).toBe(0)
  })

  it('fails the requests of a batch that cannot be evaluated, and serves the next', () => {
    const { context, submit, finish, ended, failed } = setUp()
    context.failNextDecode = new Error('it broke')
    submit(1, [1, 2, 3], 1)
    finish()
    expect([...failed]).toEqual([[1, 'it broke']])
    expect(context.samplersAlive).toBe(0)
    submit(2, [1, 2, 3], 1)
    finish()
    expect([...ended.keys()]).toEqual([2])
  })

  it('fails only the request whose grammar takes too much work, as invalid', () => {
    const { submit, finish, ended, failures } = setUp({
      nextToken: (cached) => {
        if (cached[0] === 9 && cached.length > 4) throw new GrammarLimitError()
        return 1
      },
    })
    submit(1, [9, 9])
    submit(2, [8, 8])
    finish()
    expect([...failures]).toEqual([[1, 'invalid-request']])
    expect([...ended]).toEqual([[2, 'max-tokens']])
  })

  it('samples each sequence once in a step, in the order of admission, while others wait', () => {
    const sampled: number[] = []
    const { submit, scheduler, failures } = setUp({
      nextToken: (cached) => {
        const [id = 0] = cached
        sampled.push(id)
        if (id === 2 && cached.length > 3) throw new GrammarLimitError()
        return 1
      },
    })
    for (const id of [1, 2, 3, 4]) submit(id, [id], 100)
    const sampledBy = (steps: number) => {
      sampled.length = 0
      for (let step = 0; step < steps; step++) scheduler.step()
      return sampled
    }
    // There are three sequences. The second fails in the fourth step, and the one that waits takes its place.
    expect(sampledBy(3)).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3])
    expect(sampledBy(1)).toEqual([1, 2, 3])
    expect([...failures]).toEqual([[2, 'invalid-request']])
    expect(new Set(sampledBy(1))).toEqual(new Set([1, 3, 4]))
  })

  it('completes each request as if it ran alone, whatever the order and cancellations', () => {
    const prompt = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 50 })
    const event = fc.oneof(
      { weight: 3, arbitrary: fc.record({ type: fc.constant('submit' as const), prompt }) },
      { weight: 3, arbitrary: fc.record({ type: fc.constant('step' as const) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), which: fc.nat() }) },
    )
    const shape = fc.record({
      maxSequences: fc.integer({ min: 1, max: 6 }),
      oneSequencePerBatch: fc.boolean(),
      canReusePrefix: fc.boolean(),
      compactionCost: fc.constantFrom(null, FREE_SWAPS),
    })
    fc.assert(
      fc.property(shape, fc.array(event, { maxLength: 40 }), (options, events) => {
        const world = setUp(options)
        const prompts: number[][] = []
        const cancelled = new Set<number>()
        for (const one of events) play(one, world, prompts, cancelled)
        world.finish()
        expect(world.failed.size).toBe(0)
        expect(world.context.samplersAlive).toBe(0)
        expect([...cancelled].every((id) => !world.ended.has(id))).toBe(true)
        const finished = [...prompts.keys()].filter((id) => !cancelled.has(id))
        for (const id of finished) expect(world.outcome(id)).toEqual(expected(prompts[id] ?? []))
      }),
      { numRuns: 300 },
    )
  })

  describe('with scored tokens', () => {
    const OF_PROMPT = { top: 1, ofPrompt: true }
    const OF_COMPLETION = { top: 0, ofPrompt: false }
    const shownOf = (world: ReturnType<typeof setUp>, id: number) =>
      (world.scores.get(id) ?? []).map(({ text, logprob }) => `${text}${logprob ?? ''}`)

    it('scores every token of a prompt and its completion once, whatever the chunks and neighbours are', () => {
      const anyPrompts = fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), {
        minLength: 1,
        maxLength: 4,
      })
      fc.assert(
        fc.property(
          anyPrompts,
          fc.integer({ min: 1, max: 5 }),
          fc.boolean(),
          (prompts, maxScoredTokens, alone) => {
            const world = setUp({ maxScoredTokens, oneSequencePerBatch: alone })
            for (const [id, prompt] of prompts.entries()) world.submit(id, prompt, 4, null, OF_PROMPT)
            world.finish()
            for (const [id, prompt] of prompts.entries()) {
              expect(world.outcome(id)).toEqual(expected(prompt, 4))
              const { text, tokens } = expected(prompt, 4)
              const all = [...prompt.map((token) => String.fromCharCode(96 + token)), ...text]
              // The token that ends a completion is scored too.
              if (all.length < prompt.length + tokens) all.push('`')
              expect(shownOf(world, id)).toEqual(
                all.map((one, index) => (index === 0 ? one : `${one}${-index}`)),
              )
              expect(world.reused.get(id)).toBe(0)
            }
          },
        ),
      )
    })

    it('scores no more tokens of prompts in a batch than its limit', () => {
      const world = setUp({ maxScoredTokens: 2 })
      world.submit(1, [1, 2, 3, 4, 5], 1, null, OF_PROMPT)
      world.submit(2, [2, 3, 4], 1, null, OF_PROMPT)
      world.finish()
      const withLogits = world.context.batches.map(
        (batch) => batch.filter(({ wantsLogits }) => wantsLogits).length,
      )
      expect(Math.max(...withLogits)).toBe(2)
      expect(shownOf(world, 2)).toHaveLength(4)
    })

    it('scores a completion alone, and reuses the prefix of its prompt', () => {
      const world = setUp()
      world.submit(1, [1, 2, 3, 4, 5], 2)
      world.finish()
      world.submit(2, [1, 2, 3, 4, 6], 2, null, OF_COMPLETION)
      world.finish()
      expect(world.reused.get(2)).toBe(4)
      const { text, tokens } = expected([1, 2, 3, 4, 6], 2)
      const all = text.length < tokens ? [...text, '`'] : [...text]
      expect(shownOf(world, 2)).toEqual(all.map((one, index) => `${one}${-5 - index}`))
    })

    it('scores nothing that no request asks for', () => {
      const world = setUp()
      world.submit(1, [1, 2, 3])
      world.finish()
      expect(world.scores.size).toBe(0)
    })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { END_TOKEN, ScriptedContext } from '../../../../test/scripted-context.ts'
import type { DraftSource } from '../protocol/draft-counts.ts'
import { PrefillBudget } from './prefill-budget.ts'
import { Scheduler } from './scheduler.ts'
import { Speculation } from './speculation.ts'
import { StepCosts } from './step-costs.ts'

type NextToken = (cachedTokens: readonly number[]) => number

interface SetUpOptions {
  readonly nextToken: NextToken
  /** Null for none. */
  readonly draftToken?: NextToken
  /** Whether nothing is drafted. */
  readonly isOff?: boolean
  /** What costs are known; by default a step takes as long with drafts as without. */
  readonly costs?: StepCosts
  readonly draftLogprob?: number
  readonly commonTokens?: number
  readonly draftWindowTokens?: number
  readonly maxSequences?: number
}

const STEP_LIMITS = { targetMs: 50, maxTileMs: 200 }
const PREFILL_LIMITS = { minTokens: 64, maxTokens: 64, mixedStep: STEP_LIMITS, prefillStep: STEP_LIMITS }

/** As a machine has it that evaluates many tokens as fast as one. */
function freeDrafts(): StepCosts {
  const costs = new StepCosts(0)
  costs.observe(1, 0, 1)
  for (let step = 0; step < 30; step++) costs.observe(1, 1 + (step % 16), 1)
  return costs
}

function setUp(options: SetUpOptions) {
  const { nextToken, draftToken, isOff = false, maxSequences = 3 } = options
  const shape = { maxSequences, contextWindowTokens: 400, maxBatchTokens: 80 }
  const context = new ScriptedContext({ ...shape, nextToken })
  const drafting =
    draftToken &&
    new ScriptedContext({
      ...shape,
      contextWindowTokens: options.draftWindowTokens ?? 400,
      logprob: options.draftLogprob ?? -0.01,
      nextToken: draftToken,
    })
  const draftModel =
    drafting === undefined
      ? null
      : { context: drafting, commonTokens: options.commonTokens ?? 1_000, relativeCost: 0 }
  const costs = options.costs ?? freeDrafts()
  const speculation = isOff ? null : new Speculation({ draftModel, nowMs: () => 0, costs })
  const outcomes = new Map<number, { text: string; tokens: number; end: string; scores: number }>()
  const outcomeOf = (id: number) => {
    const known = outcomes.get(id) ?? { text: '', tokens: 0, end: '', scores: 0 }
    outcomes.set(id, known)
    return known
  }
  const scheduler = new Scheduler({
    ...{ context, speculation, oneSequencePerBatch: false, nowMs: () => 0 },
    prefillBudget: new PrefillBudget(PREFILL_LIMITS),
    effects: {
      onEvent: (id, event) => {
        const outcome = outcomeOf(id)
        if (event.type === 'completion-end') outcome.end = event.stopReason
        if (event.type === 'completion-tokens') outcome.scores += event.tokens.length
        if (event.type !== 'text-delta') return
        outcome.text += event.text
        outcome.tokens += event.completionTokens
      },
      onError: (id, { message }) => {
        outcomeOf(id).end = message
      },
    },
  })
  const submit = (id: number, promptTokens: readonly number[], maxTokens = 60, cacheScope = 'one') =>
    scheduler.submit({
      ...{ id, promptTokens: Int32Array.from(promptTokens), maxTokens, lengthStopReason: 'max-tokens' },
      ...{ sampling: { temperature: 1, topP: null, topK: null }, cacheScope, constraint: null },
      ...{ preservedTokens: new Map(), logprobs: { top: 0, ofPrompt: false }, isBackground: false },
    })
  const finish = () => {
    for (let steps = 0; scheduler.hasWork; steps++) {
      if (steps > 10_000) throw new Error('the scheduler never ends')
      scheduler.step()
    }
    return Object.fromEntries(outcomes)
  }
  const accepted = { 'prompt-lookup': 0, 'draft-model': 0 }
  const drafted = { 'prompt-lookup': 0, 'draft-model': 0 }
  const count = () => {
    for (const counts of speculation?.takeCounts() ?? []) {
      accepted[counts.source as DraftSource] += counts.acceptedTokens
      drafted[counts.source as DraftSource] += counts.draftTokens
    }
    return { drafted, accepted }
  }
  return { context, drafting, scheduler, submit, finish, count }
}

/** A token from 1 to 5 that repeats what came before, except where it does not. */
function repeating(period: number, exceptions: readonly number[]): NextToken {
  return ({ length }) => (exceptions.includes(length) ? 9 : 1 + (length % period))
}

/** A token that depends on every token before it. */
function hashed(cachedTokens: readonly number[]): number {
  const hash = cachedTokens.reduce((sum, token, index) => (sum * 31 + token * (index + 7)) % 9973, 17)
  return hash % 40 === 0 ? END_TOKEN : (hash % 9) + 1
}

const COMPLETED = { end: 'max-tokens', tokens: 60 }

describe('Speculation', () => {
  it('evaluates what repeats in fewer steps, without changing the completion', () => {
    const world = setUp({ nextToken: repeating(7, []) })
    world.submit(1, [1])
    expect(world.finish()).toMatchObject({ 1: { ...COMPLETED, scores: 60 } })
    expect(world.context.batches.length).toBeLessThan(30)
    const { accepted, drafted } = world.count()
    expect(accepted['prompt-lookup']).toBe(60 - world.context.batches.length)
    expect(drafted['prompt-lookup']).toBeGreaterThanOrEqual(accepted['prompt-lookup'])
  })

  it('removes rejected draft tokens from the cache, for requests that reuse it', () => {
    const nextToken = repeating(5, [23, 46, 69])
    const world = setUp({ nextToken, maxSequences: 1 })
    world.submit(1, [1, 2])
    const first = world.finish()[1]
    const { accepted, drafted } = world.count()
    expect(drafted['prompt-lookup']).toBeGreaterThan(accepted['prompt-lookup'])
    expect(first?.text).toBe(Array.from({ length: 60 }, (_, at) => letter(nextToken, at + 2)).join(''))
    world.submit(2, [1, 2, ...(first?.text ?? '').slice(0, 20).split('').map(tokenOf)], 40)
    expect(world.finish()[2]?.text).toBe(first?.text.slice(20))
  })

  it('drafts nothing where a step with a draft takes as long as its tokens', () => {
    const costs = new StepCosts(0)
    costs.observe(1, 0, 1)
    for (let step = 0; step < 60; step++) costs.observe(1, 1 + (step % 16), 2 + (step % 16))
    const world = setUp({ nextToken: repeating(7, []), costs })
    world.submit(1, [1])
    world.finish()
    expect(world.context.batches).toHaveLength(60)
  })

  it('drafts nothing for texts that do not repeat', () => {
    const world = setUp({ nextToken: ({ length }) => 10 + length, costs: new StepCosts() })
    world.submit(1, [1, 2, 3, 4], 200)
    world.finish()
    expect(world.count().drafted).toEqual({ 'prompt-lookup': 0, 'draft-model': 0 })
    expect(world.context.batches).toHaveLength(200)
  })

  it('loses little on texts whose repetitions mislead', () => {
    // Each word occurs again and again, and is followed by another one each time.
    const nextToken: NextToken = ({ length }) => (length % 4 === 0 ? 20 + length : 1 + (length % 4))
    const world = setUp({ nextToken, costs: new StepCosts() })
    world.submit(1, [1, 2, 3, 4], 300)
    world.finish()
    const steps = world.context.batches.length
    expect(world.context.batches.flat().length - steps).toBeLessThan(steps / 50)
  })

  it('gives sequences drafts of one length, and only where all gain', () => {
    const nextToken: NextToken = (cached) =>
      cached[0] === 30 ? 40 + cached.length : 1 + (cached.length % (cached[0] ?? 1))
    const together = setUp({ nextToken })
    together.submit(1, [5, 5])
    together.submit(2, [6, 6])
    together.finish()
    expect(together.context.batches.length).toBeLessThan(40)
    for (const batch of together.context.batches.slice(1)) {
      const lengths = [1, 2].map((id) => batch.filter(({ seqId }) => seqId === id - 1).length)
      if (!lengths.includes(0)) expect(lengths[0]).toBe(lengths[1])
    }
    const unlike = setUp({ nextToken })
    unlike.submit(1, [5, 5])
    unlike.submit(2, [30, 30])
    unlike.finish()
    expect(unlike.context.batches.length).toBeGreaterThanOrEqual(60)
  })

  it('drafts nothing for more sequences than a few', () => {
    const world = setUp({ nextToken: repeating(7, []), maxSequences: 5 })
    for (const id of [1, 2, 3, 4, 5]) world.submit(id, [id])
    world.finish()
    expect(world.context.batches.length).toBeGreaterThanOrEqual(60)
  })

  it('samples once for each token, in order, so that a seed gives the same completion', () => {
    // A sampler takes a random number for each token: this one prefers what repeats.
    const samples = () => {
      let count = 0
      return ({ length }: readonly number[]) => (++count % 17 === 0 ? 8 : 1 + (length % 5))
    }
    const texts = [true, false].map((isOff) => {
      const world = setUp({ nextToken: samples(), isOff })
      world.submit(1, [1, 2, 3], 120)
      const { text } = world.finish()[1] ?? {}
      return { text, steps: world.context.batches.length }
    })
    expect(texts[0]?.text).toBe(texts[1]?.text)
    expect(texts[1]?.steps).toBeLessThan(100)
  })

  describe('with a draft model', () => {
    it('takes fewer steps where it is right', () => {
      const world = setUp({ nextToken: hashed, draftToken: hashed })
      const off = setUp({ nextToken: hashed, isOff: true })
      for (const { submit } of [world, off]) submit(1, [1, 2, 3], 100)
      expect(world.finish()).toEqual(off.finish())
      expect(world.context.batches.length).toBeLessThan(off.context.batches.length / 2)
      expect(world.count().accepted['draft-model']).toBe(
        off.context.batches.length - world.context.batches.length,
      )
    })

    it('is asked less and less where it is wrong', () => {
      const nextToken: NextToken = ({ length }) => 10 + length
      const world = setUp({ nextToken, draftToken: () => 9, costs: new StepCosts(0.1) })
      world.submit(1, [1, 2, 3], 300)
      world.finish()
      const { length } = world.context.batches
      expect(length).toBe(300)
      expect(world.drafting?.batches.length).toBeLessThan(60)
      expect(world.context.batches.flat().length).toBeLessThan(340)
    })

    it('ends a draft where the draft model is unsure', () => {
      const longestOf = (draftLogprob: number) => {
        const world = setUp({ nextToken: hashed, draftToken: hashed, draftLogprob })
        world.submit(1, [1, 2, 3], 30)
        world.finish()
        return Math.max(...world.context.batches.slice(1).map(({ length }) => length))
      }
      expect(longestOf(Math.log(0.99))).toBeGreaterThan(longestOf(Math.log(0.2)))
    })

    it('reads a long prompt in parts, and drafts then', () => {
      const prompt = Array.from({ length: 300 }, (_, index) => 10 + index)
      const nextToken: NextToken = ({ length }) => 400 + length
      const world = setUp({ nextToken, draftToken: nextToken })
      world.submit(1, prompt, 50)
      world.finish()
      const longest = Math.max(...(world.drafting?.batches ?? []).map(({ length }) => length))
      expect(longest).toBeLessThanOrEqual(80)
      expect(world.count().accepted['draft-model']).toBeGreaterThan(20)
    })

    it('does not read a prompt of which little can come', () => {
      const prompt = Array.from({ length: 300 }, (_, index) => 10 + index)
      const world = setUp({ nextToken: () => 400, draftToken: () => 400 })
      world.submit(1, prompt, 10)
      world.finish()
      expect(world.drafting?.batches).toEqual([])
    })

    it('drafts no token that only one of the models has, and none beyond its window', () => {
      const nextToken: NextToken = ({ length }) => 10 + length
      const world = setUp({ nextToken, draftToken: nextToken, commonTokens: 40, draftWindowTokens: 200 })
      world.submit(1, [1, 2, 3], 80)
      expect(world.finish()).toMatchObject({ 1: { tokens: 80, end: 'max-tokens' } })
      const drafted = world.drafting?.batches.flat().map(({ tokenId }) => tokenId) ?? []
      expect(Math.max(...drafted)).toBeLessThan(40)
      const short = setUp({ nextToken, draftToken: nextToken, draftWindowTokens: 20 })
      short.submit(1, [1, 2, 3], 80)
      expect(short.finish()).toMatchObject({ 1: { tokens: 80, end: 'max-tokens' } })
      expect(short.count().accepted['draft-model']).toBeGreaterThan(0)
    })

    it.each([['kv-cache-full' as const], [new Error('it broke')]])(
      'goes on without it after %s',
      (failure) => {
        const world = setUp({ nextToken: hashed, draftToken: hashed })
        const off = setUp({ nextToken: hashed, isOff: true })
        for (const { submit } of [world, off]) submit(1, [1, 2, 3], 100)
        world.scheduler.step()
        if (world.drafting) world.drafting.failNextDecode = failure
        expect(world.finish()).toEqual(off.finish())
        expect(world.count().accepted['draft-model']).toBe(0)
      },
    )

    it.each([
      ['one', 1],
      ['another', 2],
    ])('reuses what it holds within a scope: %s', (scope, readings) => {
      const world = setUp({ nextToken: hashed, draftToken: hashed, maxSequences: 1 })
      world.submit(1, [1, 2, 3], 20)
      world.finish()
      world.submit(2, [1, 2, 3], 20, scope)
      world.finish()
      const first = world.drafting?.batches.flat().filter(({ position }) => position === 0)
      expect(first).toHaveLength(readings)
    })
  })

  it('completes as without, whatever is accepted, of several requests that come and go', () => {
    const bits = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 })
    const request = fc.record({
      prompt: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 30 }),
      maxTokens: fc.integer({ min: 1, max: 50 }),
      steps: fc.nat({ max: 8 }),
      isCancelled: fc.boolean(),
    })
    const shape = fc.record({
      rightDrafts: fc.option(bits),
      repeats: fc.boolean(),
      maxSequences: fc.integer({ min: 1, max: 4 }),
      requests: fc.array(request, { minLength: 1, maxLength: 6 }),
    })
    let acceptedTokens = 0
    let rejectedTokens = 0
    fc.assert(
      fc.property(shape, ({ rightDrafts, repeats, maxSequences, requests }) => {
        const nextToken: NextToken = (cached) =>
          repeats && hashed(cached) < 7 ? 1 + (cached.length % 4) : hashed(cached)
        const draftToken: NextToken = (cached) =>
          rightDrafts?.[cached.length % rightDrafts.length] ? nextToken(cached) : 8
        const drafts = rightDrafts === null ? {} : { draftToken }
        const [on, off] = [drafts, { isOff: true }].map((one) => {
          const world = setUp({ nextToken, maxSequences, ...one })
          for (const [id, { prompt, maxTokens, steps, isCancelled }] of requests.entries()) {
            world.submit(id, prompt, maxTokens)
            for (let step = 0; step < steps; step++) world.scheduler.step()
            if (isCancelled) world.scheduler.cancel(id)
          }
          const outcomes = world.finish()
          const { drafted, accepted } = world.count()
          for (const source of ['prompt-lookup', 'draft-model'] as const) {
            acceptedTokens += accepted[source]
            rejectedTokens += drafted[source] - accepted[source]
          }
          expect(world.context.samplersAlive).toBe(0)
          return outcomes
        })
        for (const [id, { isCancelled }] of requests.entries()) {
          if (isCancelled) continue
          expect(on?.[id]).toEqual(off?.[id])
        }
      }),
      { numRuns: 300 },
    )
    expect(acceptedTokens).toBeGreaterThan(500)
    expect(rejectedTokens).toBeGreaterThan(500)
  })
})

function letter(nextToken: NextToken, length: number): string {
  return String.fromCharCode(96 + nextToken(Array.from({ length }, () => 0)))
}

function tokenOf(text: string): number {
  return text.charCodeAt(0) - 96
}

import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { DecodingContext } from '../decoding/decoding-context.ts'
import type { Sampler } from '../sampling/sampler.ts'
import { AcceptanceEstimate } from './acceptance-estimate.ts'
import { chooseDraftLength } from './choose-draft-length.ts'
import { DraftCache, type DraftSequence } from './draft-cache.ts'
import { DraftCredit } from './draft-credit.ts'
import type { BusySequence, RunningRequest } from './sequence.ts'
import type { StepCosts } from './step-costs.ts'

/** How many tokens the draft model evaluates in one step to catch up with the model. */
const CATCH_UP_TOKENS = 128
/** A prompt of more than this many times what may still be generated is not worth evaluating twice. */
const MAX_CATCH_UP_FACTOR = 8
/** What a token of a batch costs, relative to a step of its own. */
const READ_TOKEN_COST = 0.5
/** A draft ends where all of it is accepted less often than this. */
const MIN_DRAFT_SHARE = 0.35
/** Where drafts that are accepted as a whole bring no more than this, none is made. */
const MIN_BEST_SPEED_UP = 1.1
/** After an error, such as too little memory for the KV cache. */
const PAUSE_AFTER_ERROR_STEPS = 1_024

/** Scopes of which it is remembered whether drafts pay: the ones used last. */
const MAX_SCOPES = 64

/** Classes of draft tokens by their probability in the draft model: each begins at this one. */
const PROBABILITY_CLASSES = [0, 0.3, 0.5, 0.7, 0.85, 0.95]
const FIRST_RATES = [0.15, 0.4, 0.6, 0.75, 0.9, 0.97]

const GREEDY = { temperature: 0, topP: null, topK: null }

/** What a draft model drafts with. */
export interface DraftModelOptions {
  /** The context of the draft model, with as many sequences as that of the model. */
  readonly context: DecodingContext
  /** The tokens below this one are the same in both models. */
  readonly commonTokens: number
  /** What a step of the draft model takes, relative to one of the model, until it is measured. */
  readonly relativeCost: number
}

/** The draft for one sequence. */
export interface ModelDraft {
  readonly tokens: readonly number[]
  /** How many of its tokens are accepted on average, for each length from 1. */
  readonly expected: readonly number[]
}

/** What is known of the drafts of one request. */
interface DraftHistory {
  readonly credit: DraftCredit
  readonly estimate: AcceptanceEstimate
  /** The last draft, evaluated or not, as far as it is not compared with what was sampled. */
  last: LastDraft | null
  /** Tokens of the completion that were read in a batch since the last draft. */
  readTokens: number
}

interface LastDraft {
  /** The index among the tokens of the sequence that its first token would have. */
  readonly start: number
  readonly tokens: readonly number[]
  readonly classes: readonly number[]
  compared: number
}

/** A draft while it is made. */
interface GrowingDraft {
  readonly held: DraftSequence
  readonly history: DraftHistory
  readonly tokens: number[]
  readonly classes: number[]
  readonly expected: number[]
  /** How often all of it is accepted. */
  share: number
}

/** Drafts the next tokens of sequences with a smaller model, which reads what they hold. */
export class DraftModel {
  readonly #context: DecodingContext
  readonly #commonTokens: number
  readonly #costs: StepCosts
  readonly #nowMs: () => number
  readonly #sampler: Sampler
  readonly #cache: DraftCache
  readonly #histories = new WeakMap<RunningRequest, DraftHistory>()
  /** Whether drafts pay, for the requests of each scope: the speed of one shows nothing of the texts of another. */
  readonly #credits = new Map<CacheScope, DraftCredit>()
  #pauseSteps = 0

  constructor(
    { context, commonTokens }: Omit<DraftModelOptions, 'relativeCost'>,
    costs: StepCosts,
    nowMs: () => number,
  ) {
    this.#context = context
    this.#commonTokens = commonTokens
    this.#costs = costs
    this.#nowMs = nowMs
    this.#sampler = context.createSampler(GREEDY, null, null)
    this.#cache = new DraftCache(context)
  }

  /**
   * Drafts for sequences that all decode; while it has not read them to their ends, it reads on instead.
   *
   * @param sequences with the token that was sampled last among their cached tokens
   * @returns a draft for each, all of the same length; none in steps without drafts
   */
  draft(sequences: readonly BusySequence[], maxTokens: number): readonly ModelDraft[] {
    if (this.#pauseSteps > 0) {
      this.#pauseSteps--
      return []
    }
    for (const sequence of sequences) this.#compare(sequence)
    // Each counts the steps of its own pause.
    const allowed = sequences.filter(({ running }) => this.#historyOf(running).credit.allowsDraft())
    if (allowed.length < sequences.length || !this.#canPay(sequences.length, maxTokens)) return []
    try {
      const most = Math.min(CATCH_UP_TOKENS, Math.floor(this.#context.maxBatchTokens / sequences.length))
      const isRead = sequences.map((sequence) => this.#read(sequence, most))
      return isRead.includes(false) ? [] : this.#grow(sequences, maxTokens)
    } catch {
      this.#cache.clear()
      this.#pauseSteps = PAUSE_AFTER_ERROR_STEPS
      return []
    }
  }

  /**
   * Records what became of the draft of a request.
   *
   * @param sequences that had drafts in the step
   * @param draftTokens how many of its tokens were evaluated
   */
  observe(running: RunningRequest, sequences: number, draftTokens: number, accepted: number): void {
    const history = this.#historyOf(running)
    const { credit, last, readTokens } = history
    const draftSteps = (last?.tokens.length ?? 0) + readTokens * READ_TOKEN_COST
    const draftCost = draftSteps * this.#costs.draftModelCost
    history.readTokens = 0
    credit.add(1 + accepted - this.#costs.relativeCost(sequences, draftTokens) - draftCost)
  }

  /** Compares the last draft with what was sampled since: so it costs no evaluation to learn how often drafts are right. */
  #compare({ cachedTokens, running }: BusySequence): void {
    const { estimate, last } = this.#historyOf(running)
    if (last === null) return
    while (last.compared < last.tokens.length) {
      const sampled = cachedTokens[last.start + last.compared]
      if (sampled === undefined) return
      const isAccepted = sampled === last.tokens[last.compared]
      estimate.observe(last.classes[last.compared] ?? 0, isAccepted)
      last.compared = isAccepted ? last.compared + 1 : last.tokens.length
    }
  }

  #historyOf(running: RunningRequest): DraftHistory {
    let history = this.#histories.get(running)
    if (history === undefined) {
      history = {
        credit: this.#creditOf(running.request.cacheScope),
        estimate: new AcceptanceEstimate(FIRST_RATES),
        last: null,
        readTokens: 0,
      }
      this.#histories.set(running, history)
    }
    return history
  }

  #creditOf(scope: CacheScope): DraftCredit {
    const credit = this.#credits.get(scope) ?? new DraftCredit()
    this.#credits.delete(scope)
    this.#credits.set(scope, credit)
    const [oldest = null] = this.#credits.keys()
    if (this.#credits.size > MAX_SCOPES) this.#credits.delete(oldest)
    return credit
  }

  /** Whether drafts that are accepted as a whole are faster than none. */
  #canPay(sequences: number, maxTokens: number): boolean {
    const accepted = Array.from({ length: maxTokens }, (_, index) => index + 1)
    const costOf = (tokens: number) =>
      this.#costs.relativeCost(sequences, tokens) + tokens * this.#costs.draftModelCost
    return chooseDraftLength([accepted], costOf).speedUp >= MIN_BEST_SPEED_UP
  }

  /**
   * Evaluates some of what the draft model has not read.
   *
   * @returns false where more than `most` tokens were left, or reading them is not worth it
   */
  #read(sequence: BusySequence, most: number): boolean {
    const { cachedTokens, running } = sequence
    const held = this.#cache.of(sequence)
    this.#cache.fit(held, cachedTokens)
    const missing = cachedTokens.length - held.cachedTokens.length
    const remaining = running.request.maxTokens - running.completionTokens
    if (missing > Math.max(CATCH_UP_TOKENS, MAX_CATCH_UP_FACTOR * remaining)) return false
    if (cachedTokens.length >= this.#context.contextWindowTokens) return false
    const tokens = cachedTokens.slice(held.cachedTokens.length, held.cachedTokens.length + most)
    if (tokens.some((token) => token >= this.#commonTokens)) return false
    const ofPrompt = Math.max(0, running.request.promptTokens.length - held.cachedTokens.length)
    this.#historyOf(running).readTokens += Math.max(0, tokens.length - ofPrompt - 1)
    if (missing <= most) return true
    this.#cache.evaluate([{ held, tokens }])
    return false
  }

  /** Evaluates what is left, then token by token, all drafts together. The first one that ends ends all. */
  #grow(sequences: readonly BusySequence[], maxTokens: number): readonly ModelDraft[] {
    const drafts = sequences.map((sequence): GrowingDraft => {
      const history = this.#historyOf(sequence.running)
      return {
        ...{ held: this.#cache.of(sequence), history },
        ...{ tokens: [], classes: [], expected: [], share: 1 },
      }
    })
    let rows = drafts.map(({ held }, index) => {
      const tokens = sequences[index]?.cachedTokens.slice(held.cachedTokens.length) ?? []
      return { held, tokens }
    })
    const longest = sequences.map(
      ({ cachedTokens }) => this.#context.contextWindowTokens - cachedTokens.length,
    )
    for (let length = 1; length <= Math.min(maxTokens, ...longest); length++) {
      const startedMs = this.#nowMs()
      const logitsIndexes = this.#cache.evaluate(rows)
      const isGoingOn = drafts.map((draft, index) => this.#extend(draft, logitsIndexes[index] ?? 0))
      if (length > 1) this.#costs.observeDraftModel(this.#nowMs() - startedMs)
      if (isGoingOn.includes(false)) break
      rows = drafts.map(({ held, tokens }) => ({ held, tokens: tokens.slice(-1) }))
    }
    for (const [index, { history, tokens, classes }] of drafts.entries()) {
      const start = sequences[index]?.cachedTokens.length ?? 0
      history.last = { start, tokens, classes, compared: 0 }
    }
    return drafts
  }

  /** Adds the likeliest token to a draft; false where the draft ends with it. */
  #extend(draft: GrowingDraft, logitsIndex: number): boolean {
    const token = this.#sampler.sample(logitsIndex)
    const probability = Math.exp(this.#context.scoreToken(logitsIndex, token, 0).logprob ?? 0)
    const tokenClass = PROBABILITY_CLASSES.findLastIndex((least) => probability >= least)
    draft.share *= token < this.#commonTokens ? draft.history.estimate.rateOf(tokenClass) : 0
    draft.tokens.push(token)
    draft.classes.push(tokenClass)
    draft.expected.push((draft.expected.at(-1) ?? 0) + draft.share)
    return draft.share >= MIN_DRAFT_SHARE && !this.#context.isEndOfGeneration(token)
  }
}

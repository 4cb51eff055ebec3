import { CompletionError } from '../../../completion/completion-error.ts'
import type { CompletionEvent, StopReason } from '../../../completion/completion-event.ts'
import type { ScoredToken } from '../../../completion/scored-token.ts'
import type { DecodingContext } from '../decoding/decoding-context.ts'
import { GrammarLimitError } from '../grammar/grammar-budget.ts'
import { Detokenizer } from '../llama-cpp/detokenizer.ts'
import { compactSequences } from './compact-sequences.ts'
import { evaluateBatch } from './evaluate-batch.ts'
import { KvCache } from './kv-cache.ts'
import { placeRequest } from './place-request.ts'
import { planBatch, type ScheduledBatch, type ScheduledTokens } from './plan-batch.ts'
import type { PrefillBudget } from './prefill-budget.ts'
import { PromptLookup } from './prompt-lookup.ts'
import { NOTHING_SAMPLED, type SampledTokens, sampleTokens } from './sample-tokens.ts'
import {
  type BusySequence,
  isBusy,
  isInPrefill,
  type RunningRequest,
  type Sequence,
  type SequenceRequest,
} from './sequence.ts'
import type { Drafts, Speculation } from './speculation.ts'

/** Beside other requests, those in the background get one step of this many: enough to end some day. */
const BACKGROUND_STEPS = 32

const NO_DRAFTS: Drafts = new Map()

/** How the scheduler reports on requests, by their ids. */
export interface SchedulerEffects {
  /** The event belongs to the receiver, which may change it. The first event of a request is `prefill-start`. */
  readonly onEvent: (id: number, event: CompletionEvent) => void
  readonly onError: (id: number, error: CompletionError) => void
  /** One of the several batches of a step is done. */
  readonly onBatchDone?: () => void
}

/** What the scheduler works with. */
export interface SchedulerOptions {
  readonly context: DecodingContext
  readonly effects: SchedulerEffects
  readonly prefillBudget: PrefillBudget
  /** Slower, but the arithmetic of a request does not depend on the requests that run beside it. */
  readonly oneSequencePerBatch: boolean
  /** Null where no tokens are drafted. */
  readonly speculation: Speculation | null
  /** A monotonic clock, in milliseconds. */
  readonly nowMs: () => number
}

/**
 * Owns the sequences of the KV cache. Requests wait in a queue, get a sequence, share batches with all others, and leave
 * their tokens in the cache for the next request to reuse. One loop calls `step` again and again. The caller bounds the
 * queue.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #context: DecodingContext
  readonly #kvCache: KvCache
  readonly #waiting: SequenceRequest[] = []
  #admissions = 0
  #steps = 0

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#context = options.context
    this.#kvCache = new KvCache(options.context)
  }

  get hasWork(): boolean {
    return this.#waiting.length > 0 || this.#kvCache.sequences.some(isBusy)
  }

  /** Whether every request decodes: none waits, none is in prefill. */
  get onlyDecodes(): boolean {
    return this.#waiting.length === 0 && this.hasWork && !this.#kvCache.sequences.some(isInPrefill)
  }

  submit(request: SequenceRequest): void {
    const firstInBackground = this.#waiting.findIndex(({ isBackground }) => isBackground)
    if (request.isBackground || firstInBackground === -1) this.#waiting.push(request)
    else this.#waiting.splice(firstInBackground, 0, request)
  }

  /** Drops a request, waiting or running; its sequence is free at once. Does nothing if the request has ended. */
  cancel(id: number): void {
    const waiting = this.#waiting.findIndex((request) => request.id === id)
    if (waiting !== -1) this.#waiting.splice(waiting, 1)
    const sequence = this.#kvCache.sequences.filter(isBusy).find((busy) => busy.running.request.id === id)
    if (sequence) this.#release(sequence)
  }

  /** Generates one token for every sequence that is past its prompt, and evaluates a part of the prompts of others. */
  step(): void {
    const batches = this.#schedule()
    for (const batch of batches) {
      const sampled = this.#decode(batch)
      this.#finish(batch, sampled)
      if (batches.length > 1) this.#options.effects.onBatchDone?.()
    }
  }

  /** Admits requests and plans the batches of a step: one, or one for each sequence. */
  #schedule(): readonly ScheduledBatch[] {
    this.#admit()
    this.#compact()
    const busy = this.#nextInTurn()
    if (busy.length === 0) return []
    const groups = this.#options.oneSequencePerBatch ? busy.map((sequence) => [sequence]) : [busy]
    const { prefillBudget, speculation } = this.#options
    return groups.map((group) => {
      const drafts = speculation?.draft(group, this.#context.maxBatchTokens) ?? NO_DRAFTS
      return planBatch(this.#context, group, prefillBudget, drafts)
    })
  }

  /** The sequences of the next step: those in the background wait while there are others, in most steps. */
  #nextInTurn(): readonly BusySequence[] {
    const busy = this.#kvCache.sequences.filter(isBusy)
    const others = busy.filter(({ running }) => !running.request.isBackground)
    this.#steps += 1
    return others.length === 0 || this.#steps % BACKGROUND_STEPS === 0 ? busy : others
  }

  /** Evaluates a batch and samples; returns the sampled tokens in the order of the batch's sequences. */
  #decode({ scheduled, prefillTokens }: ScheduledBatch): readonly SampledTokens[] {
    const startedMs = this.#options.nowMs()
    try {
      evaluateBatch(this.#context, this.#kvCache, scheduled)
    } catch (error) {
      return scheduled.map(() => ({ ...NOTHING_SAMPLED, error }))
    }
    const elapsedMs = this.#options.nowMs() - startedMs
    this.#options.prefillBudget.observe(prefillTokens, elapsedMs)
    const draftTokens = scheduled[0]?.draftTokens.length ?? 0
    if (prefillTokens === 0) this.#options.speculation?.observeStep(scheduled.length, draftTokens, elapsedMs)
    return scheduled.map((one) => sampleTokens(this.#context, one))
  }

  /** Updates the sequences and reports the new text. An error of one sequence does not affect the others. */
  #finish({ scheduled }: ScheduledBatch, sampled: readonly SampledTokens[]): void {
    scheduled.forEach((one, index) => {
      try {
        this.#advance(one, sampled[index] ?? NOTHING_SAMPLED)
      } catch (error) {
        this.#fail(one.sequence, error)
      }
    })
  }

  #admit(): void {
    for (let next = 0; next < this.#waiting.length; ) {
      const request = this.#waiting[next]
      const placement =
        request && placeRequest(this.#kvCache.sequences, request, this.#context.canReusePrefix)
      if (request && placement) {
        this.#waiting.splice(next, 1)
        this.#start(
          request,
          placement.target,
          this.#kvCache.reusePrefix(placement, request.promptTokens.length),
        )
      } else if (this.#kvCache.sequences.every(isBusy)) {
        if (request?.isBackground !== false || !this.#endInBackground()) return
      } else {
        next++
      }
    }
  }

  /** Ends the request in the background that began last, which may be sent again. Returns false if there is none. */
  #endInBackground(): boolean {
    const inBackground = this.#kvCache.sequences
      .filter(isBusy)
      .filter(({ running }) => running.request.isBackground)
    const last = inBackground.toSorted((a, b) => a.lastAdmission - b.lastAdmission).at(-1)
    if (last === undefined) return false
    const { id } = last.running.request
    this.#release(last)
    this.#options.effects.onError(
      id,
      new CompletionError('overloaded', 'Overloaded: other requests go first'),
    )
    return true
  }

  #start(request: SequenceRequest, sequence: Sequence, reusedPromptTokens: number): void {
    sequence.lastAdmission = ++this.#admissions
    sequence.cacheScope = request.cacheScope
    sequence.running = {
      request,
      sampler: this.#context.createSampler(request.sampling, request.constraint, request.cacheScope),
      detokenizer: new Detokenizer(),
      promptLookup: new PromptLookup(),
      sampledToken: null,
      completionTokens: 0,
      unreportedTokens: 0,
      unreportedScores: [],
    }
    this.#options.effects.onEvent(request.id, { type: 'prefill-start', reusedPromptTokens })
  }

  /** Makes the ids of the busy sequences contiguous where that pays. */
  #compact(): void {
    const { compactionCost } = this.#context
    if (compactionCost === null) return
    for (const { busy, idle } of compactSequences(this.#kvCache.sequences, compactionCost)) {
      try {
        this.#kvCache.swap(busy, idle)
      } catch (error) {
        this.#fail(busy, error)
      }
    }
  }

  #advance({ sequence, tokens, draftTokens }: ScheduledTokens, sampled: SampledTokens): void {
    const { running, cachedTokens } = sequence
    for (let index = 0; index < tokens.length; index++) cachedTokens.push(tokens[index] ?? 0)
    this.#report(running, 'prompt-tokens', sampled.promptScores)
    for (const [index, token] of sampled.tokens.entries()) {
      const score = sampled.scores[index]
      if (score !== undefined) running.unreportedScores.push(score)
      this.#append(sequence, token)
    }
    if (sampled.error !== null) throw sampled.error
    if (draftTokens.length === 0) return
    // All sampled tokens but the last one are accepted draft tokens.
    const acceptedTokens = sampled.tokens.length - 1
    this.#options.speculation?.observe(running, draftTokens.length, acceptedTokens)
    this.#kvCache.dropLast(sequence, draftTokens.length - acceptedTokens)
  }

  /** Adds a sampled token to the completion, and ends the request if it is the last one. */
  #append(sequence: BusySequence, token: number): void {
    const { running } = sequence
    running.completionTokens++
    running.unreportedTokens++
    if (this.#context.isEndOfGeneration(token)) {
      this.#end(sequence, 'end-of-generation')
      return
    }
    const piece = running.request.preservedTokens.get(token) ?? this.#context.pieceOf(token)
    const text = running.detokenizer.push(piece)
    if (text !== '') this.#reportText(running, text)
    running.sampledToken = token
    if (running.completionTokens >= running.request.maxTokens)
      this.#end(sequence, running.request.lengthStopReason)
  }

  #reportText(running: RunningRequest, text: string): void {
    const completionTokens = running.unreportedTokens
    running.unreportedTokens = 0
    this.#report(running, 'completion-tokens', running.unreportedScores)
    running.unreportedScores = []
    this.#options.effects.onEvent(running.request.id, { type: 'text-delta', text, completionTokens })
  }

  #report(
    { request }: RunningRequest,
    type: 'prompt-tokens' | 'completion-tokens',
    tokens: readonly ScoredToken[],
  ): void {
    if (tokens.length > 0) this.#options.effects.onEvent(request.id, { type, tokens })
  }

  #end(sequence: BusySequence, stopReason: StopReason): void {
    const { running } = sequence
    if (running.unreportedTokens > 0) this.#reportText(running, '')
    this.#release(sequence)
    const { id } = running.request
    this.#options.effects.onEvent(id, { type: 'completion-end', stopReason, stopSequence: null })
  }

  #fail(sequence: Sequence, error: unknown): void {
    const { running } = sequence
    if (!running) return
    this.#release(sequence)
    this.#kvCache.clear(sequence)
    const code = error instanceof GrammarLimitError ? 'invalid-request' : 'engine-failed'
    const message = error instanceof Error ? error.message : String(error)
    this.#options.effects.onError(running.request.id, new CompletionError(code, message))
  }

  #release(sequence: Sequence): void {
    sequence.running?.sampler.free()
    sequence.running = null
  }
}

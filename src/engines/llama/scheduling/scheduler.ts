import type { DecodingContext } from '../decoding/decoding-context.ts'
import { GrammarLimitError } from '../grammar/grammar-work.ts'
import { Detokenizer } from '../llama-cpp/detokenizer.ts'
import type { GenerationEnd } from '../protocol/engine-messages.ts'
import { compactSequences } from './compact-sequences.ts'
import { type Placement, placeRequest } from './place-request.ts'
import { type PlannedBatch, planBatch, type SampleRequest } from './plan-batch.ts'
import type { PrefillBudget } from './prefill-budget.ts'
import { PromptLookup } from './prompt-lookup.ts'
import {
  type BusySequence,
  isBusy,
  isInPrefill,
  type RunningRequest,
  type Sequence,
  type SequenceRequest,
} from './sequence.ts'
import { fillTile } from './trim-reuse-to-tile.ts'

/** What the scheduler tells the world. */
export interface SchedulerEffects {
  readonly prefillStarted: (id: number, reusedPromptTokens: number) => void
  readonly textDelta: (id: number, text: string, completionTokens: number) => void
  readonly ended: (id: number, stopReason: GenerationEnd) => void
  readonly failed: (id: number, message: string, code: 'engine-failed' | 'invalid-request') => void
  /** A batch of several that make up one step was evaluated. */
  readonly evaluated?: () => void
}

/** What the scheduler works with. */
export interface SchedulerOptions {
  readonly context: DecodingContext
  readonly effects: SchedulerEffects
  readonly prefillBudget: PrefillBudget
  /** One sequence a batch: slower, but no request's arithmetic depends on the company it has. */
  readonly oneSequencePerBatch: boolean
  /** A clock that never goes back, in milliseconds. */
  readonly nowMs: () => number
}

/**
 * The owner of the KV cache's sequences. Requests wait in a line, get a sequence, share the batches of all others,
 * and leave their tokens behind for the next. Everything happens in `step`, called again and again by one loop; the
 * line's bound is kept by the caller who submits.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #context: DecodingContext
  readonly #sequences: readonly Sequence[]
  readonly #waiting: SequenceRequest[] = []
  #admissions = 0

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#context = options.context
    this.#sequences = Array.from({ length: options.context.maxSequences }, (_, seqId) => ({
      seqId,
      cachedTokens: [],
      cacheScope: null,
      running: null,
      lastUsed: 0,
    }))
  }

  get hasWork(): boolean {
    return this.#waiting.length > 0 || this.#sequences.some(isBusy)
  }

  /** Whether all that is to be done is to decode: no prompt waits or is evaluated. */
  get onlyDecodes(): boolean {
    return this.#waiting.length === 0 && this.hasWork && !this.#sequences.some(isInPrefill)
  }

  submit(request: SequenceRequest): void {
    this.#waiting.push(request)
  }

  /** Forgets a request, waiting or running; its sequence is free at once. An unknown id is one that has just ended. */
  cancel(id: number): void {
    const waiting = this.#waiting.findIndex((request) => request.id === id)
    if (waiting !== -1) this.#waiting.splice(waiting, 1)
    const sequence = this.#sequences.filter(isBusy).find((busy) => busy.running.request.id === id)
    if (sequence) this.#release(sequence)
  }

  /** Admits, evaluates one batch (or one for each sequence), draws a token for each sequence that is past its prompt. */
  step(): void {
    this.#admit()
    this.#compact()
    const busy = this.#sequences.filter(isBusy)
    if (busy.length === 0) return
    const groups = this.#options.oneSequencePerBatch ? busy.map((sequence) => [sequence]) : [busy]
    for (const group of groups) {
      this.#evaluate(group)
      if (groups.length > 1) this.#options.effects.evaluated?.()
    }
  }

  /** Brings the busy sequences side by side, where that pays. */
  #compact(): void {
    const { compactionCost } = this.#context
    if (compactionCost === null) return
    for (const { busy, idle } of compactSequences(this.#sequences, compactionCost)) this.#swap(busy, idle)
  }

  #swap(busy: BusySequence, idle: Sequence): void {
    try {
      this.#context.swapSequences(busy.seqId, idle.seqId)
      const { seqId } = busy
      busy.seqId = idle.seqId
      idle.seqId = seqId
    } catch (error) {
      this.#forget(idle)
      this.#fail(busy, error)
    }
  }

  #admit(): void {
    for (let next = 0; next < this.#waiting.length; ) {
      const request = this.#waiting[next]
      const placement = request && placeRequest(this.#sequences, request, this.#context.canReusePrefix)
      if (request && placement) {
        this.#waiting.splice(next, 1)
        this.#start(request, placement.target, this.#reuse(placement, request.promptTokens.length))
      } else if (this.#sequences.every(isBusy)) {
        return
      } else {
        next++
      }
    }
  }

  /** Makes the target hold the prefix that is reused and nothing else; returns its length. */
  #reuse({ target, source, reusedTokens }: Placement, promptTokens: number): number {
    const from = source ?? target
    const kept = this.#context.hasFlashAttention ? fillTile(reusedTokens, promptTokens) : reusedTokens
    const prefix = from.cachedTokens.slice(0, kept)
    const isThere = prefix.length > 0 && (source === null || this.#copied(source, target))
    target.cachedTokens.length = 0
    if (isThere && this.#context.truncate(target.seqId, prefix.length)) {
      for (const token of prefix) target.cachedTokens.push(token)
    } else {
      this.#context.clear(target.seqId)
    }
    return target.cachedTokens.length
  }

  /** A prefix that cannot be copied is evaluated again. */
  #copied(source: Sequence, target: Sequence): boolean {
    this.#forget(target)
    try {
      this.#context.copySequence(source.seqId, target.seqId)
      return true
    } catch {
      return false
    }
  }

  #start(request: SequenceRequest, sequence: Sequence, reusedTokens: number): void {
    sequence.lastUsed = ++this.#admissions
    sequence.cacheScope = request.cacheScope
    sequence.running = {
      request,
      sampler: this.#context.createSampler(request.sampling, request.constraint, request.cacheScope),
      detokenizer: new Detokenizer(),
      lookup: new PromptLookup(),
      sampledToken: null,
      completionTokens: 0,
      unreportedTokens: 0,
    }
    this.#options.effects.prefillStarted(request.id, reusedTokens)
  }

  #evaluate(group: readonly BusySequence[]): void {
    const startedMs = this.#options.nowMs()
    try {
      let planned = planBatch(this.#context, group, this.#options.prefillBudget)
      if (this.#context.decodeBatch() === 'kv-cache-full') {
        // What idle sequences hold is worth less than a running request.
        for (const sequence of this.#sequences) if (!isBusy(sequence)) this.#forget(sequence)
        planned = planBatch(this.#context, group, this.#options.prefillBudget)
        if (this.#context.decodeBatch() === 'kv-cache-full') throw new Error('the KV cache has no room left')
      }
      this.#record(planned.evaluated)
      this.#options.prefillBudget.observe(planned.prefillTokens, this.#options.nowMs() - startedMs)
      for (const sampleRequest of planned.sampleRequests) this.#sampleOrFail(sampleRequest)
    } catch (error) {
      for (const sequence of group) this.#fail(sequence, error)
    }
  }

  #record(evaluated: PlannedBatch['evaluated']): void {
    for (const [sequence, tokens] of evaluated) {
      for (let index = 0; index < tokens.length; index++) sequence.cachedTokens.push(tokens[index] ?? 0)
    }
  }

  /** What is wrong with one request's drawing is not the others' concern. */
  #sampleOrFail(sampleRequest: SampleRequest): void {
    try {
      this.#sampleWithDrafts(sampleRequest)
    } catch (error) {
      this.#fail(sampleRequest.sequence, error)
    }
  }

  /** Draws on as long as what is drawn was guessed; what was evaluated behind it is forgotten. */
  #sampleWithDrafts({ sequence, firstRow, draftTokens }: SampleRequest): void {
    const { running } = sequence
    let accepted = 0
    for (;;) {
      const token = this.#sampleToken(sequence, firstRow + accepted)
      if (token === null || token !== draftTokens[accepted]) break
      accepted++
    }
    if (draftTokens.length === 0) return
    running.lookup.observe(draftTokens.length, accepted)
    this.#cutBack(sequence, draftTokens.length - accepted)
  }

  #cutBack(sequence: Sequence, tokens: number): void {
    if (tokens === 0) return
    sequence.cachedTokens.length -= tokens
    if (this.#context.truncate(sequence.seqId, sequence.cachedTokens.length)) return
    throw new Error('llama.cpp could not forget tokens that were guessed')
  }

  /** Draws one token and tells its text; null where the request has ended. */
  #sampleToken(sequence: BusySequence, batchRow: number): number | null {
    const { running } = sequence
    const token = running.sampler.sample(batchRow)
    running.completionTokens++
    running.unreportedTokens++
    if (this.#context.isEndOfGeneration(token)) {
      this.#end(sequence, 'end-of-generation')
      return null
    }
    const piece = running.request.preservedTokens.get(token) ?? this.#context.pieceOf(token)
    const text = running.detokenizer.push(piece)
    if (text !== '') this.#report(running, text)
    if (running.completionTokens >= running.request.maxTokens) {
      this.#end(sequence, running.request.limit)
      return null
    }
    running.sampledToken = token
    return token
  }

  #report(running: RunningRequest, text: string): void {
    this.#options.effects.textDelta(running.request.id, text, running.unreportedTokens)
    running.unreportedTokens = 0
  }

  #end(sequence: BusySequence, stopReason: GenerationEnd): void {
    const { running } = sequence
    if (running.unreportedTokens > 0) this.#report(running, '')
    this.#release(sequence)
    this.#options.effects.ended(running.request.id, stopReason)
  }

  #fail(sequence: Sequence, error: unknown): void {
    const { running } = sequence
    if (!running) return
    this.#release(sequence)
    this.#forget(sequence)
    const code = error instanceof GrammarLimitError ? 'invalid-request' : 'engine-failed'
    const message = error instanceof Error ? error.message : String(error)
    this.#options.effects.failed(running.request.id, message, code)
  }

  #release(sequence: Sequence): void {
    sequence.running?.sampler.free()
    sequence.running = null
  }

  #forget(sequence: Sequence): void {
    sequence.cachedTokens.length = 0
    this.#context.clear(sequence.seqId)
  }
}

import type { DecodingContext } from './decoding-context.ts'
import { Detokenizer } from './detokenizer.ts'
import type { GenerationEnd } from './engine-messages.ts'
import { type Placement, placeRequest } from './place-request.ts'
import type { PrefillBudget } from './prefill-budget.ts'
import {
  type BusySequence,
  isBusy,
  type RunningRequest,
  type Sequence,
  type SequenceRequest,
} from './sequence.ts'

/** What the scheduler tells the world. */
export interface SchedulerEffects {
  readonly prefillStarted: (id: number, reusedPromptTokens: number) => void
  readonly textDelta: (id: number, text: string, completionTokens: number) => void
  readonly ended: (id: number, stopReason: GenerationEnd) => void
  readonly failed: (id: number, message: string) => void
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

/** A row of the batch whose logits are asked for. */
interface LogitsRow {
  readonly sequence: BusySequence
  readonly batchRow: number
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
    this.#sequences = Array.from({ length: options.context.maxSequences }, (_, id) => ({
      id,
      cachedTokens: [],
      running: null,
      lastUsed: 0,
    }))
  }

  get hasWork(): boolean {
    return this.#waiting.length > 0 || this.#sequences.some(isBusy)
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
    const busy = this.#sequences.filter(isBusy)
    if (busy.length === 0) return
    const groups = this.#options.oneSequencePerBatch ? busy.map((sequence) => [sequence]) : [busy]
    for (const group of groups) this.#evaluate(group)
  }

  #admit(): void {
    for (let next = 0; next < this.#waiting.length; ) {
      const request = this.#waiting[next]
      const placement =
        request && placeRequest(this.#sequences, request.promptTokens, this.#context.canReusePrefix)
      if (request && placement) {
        this.#waiting.splice(next, 1)
        this.#start(request, placement.target, this.#reuse(placement))
      } else if (this.#sequences.every(isBusy)) {
        return
      } else {
        next++
      }
    }
  }

  /** Makes the target hold the prefix that is reused and nothing else; returns its length. */
  #reuse({ target, source, reusedTokens }: Placement): number {
    const from = source ?? target
    const prefix = from.cachedTokens.slice(0, reusedTokens)
    if (source && prefix.length > 0) {
      this.#forget(target)
      this.#context.copySequence(source.id, target.id)
    }
    target.cachedTokens.length = 0
    if (prefix.length > 0 && this.#context.truncate(target.id, prefix.length)) {
      target.cachedTokens.push(...prefix)
    } else {
      this.#context.clear(target.id)
    }
    return target.cachedTokens.length
  }

  #start(request: SequenceRequest, sequence: Sequence, reusedTokens: number): void {
    sequence.lastUsed = ++this.#admissions
    sequence.running = {
      request,
      sampler: this.#context.createSampler(request.sampling, request.bounds),
      detokenizer: new Detokenizer(),
      drawnToken: null,
      completionTokens: 0,
      unreportedTokens: 0,
    }
    this.#options.effects.prefillStarted(request.id, reusedTokens)
  }

  #evaluate(group: readonly BusySequence[]): void {
    const startedMs = this.#options.nowMs()
    try {
      let planned = this.#plan(group)
      if (this.#context.decodeBatch() === 'no-room') {
        // What idle sequences hold is worth less than a running request.
        for (const sequence of this.#sequences) if (!isBusy(sequence)) this.#forget(sequence)
        planned = this.#plan(group)
        if (this.#context.decodeBatch() === 'no-room') throw new Error('the KV cache has no room left')
      }
      this.#record(planned.evaluated)
      this.#options.prefillBudget.observe(planned.prefillTokens, this.#options.nowMs() - startedMs)
      for (const { sequence, batchRow } of planned.logitsRows) this.#drawOrFail(sequence, batchRow)
    } catch (error) {
      for (const sequence of group) this.#fail(sequence, error)
    }
  }

  /** Fills the batch: one token for each sequence that decodes, then prompts, the oldest first, as the budget lasts. */
  #plan(group: readonly BusySequence[]) {
    const logitsRows: LogitsRow[] = []
    const evaluated: [BusySequence, ArrayLike<number>][] = []
    for (const sequence of group) {
      const { drawnToken } = sequence.running
      if (drawnToken === null) continue
      const batchRow = this.#context.addToBatch(sequence.id, drawnToken, sequence.cachedTokens.length, true)
      logitsRows.push({ sequence, batchRow })
      evaluated.push([sequence, [drawnToken]])
    }
    let budget = Math.min(
      this.#options.prefillBudget.tokens,
      this.#context.maxBatchTokens - logitsRows.length,
    )
    let prefillTokens = 0
    const inPrefill = group.filter((sequence) => sequence.running.drawnToken === null)
    for (const sequence of inPrefill.sort((a, b) => a.lastUsed - b.lastUsed)) {
      if (budget === 0) break
      const { promptTokens } = sequence.running.request
      const from = sequence.cachedTokens.length
      const chunk = promptTokens.subarray(from, from + budget)
      const isLast = from + chunk.length === promptTokens.length
      const batchRow = this.#addPromptTokens(sequence, chunk, isLast)
      if (isLast) logitsRows.push({ sequence, batchRow })
      evaluated.push([sequence, chunk])
      budget -= chunk.length
      prefillTokens += chunk.length
    }
    return { logitsRows, evaluated, prefillTokens }
  }

  #addPromptTokens(sequence: Sequence, chunk: Int32Array, isLast: boolean): number {
    let position = sequence.cachedTokens.length
    let batchRow = 0
    for (const [index, token] of chunk.entries()) {
      const wantsLogits = isLast && index === chunk.length - 1
      batchRow = this.#context.addToBatch(sequence.id, token, position++, wantsLogits)
    }
    return batchRow
  }

  #record(evaluated: readonly [Sequence, ArrayLike<number>][]): void {
    for (const [sequence, tokens] of evaluated) {
      for (let index = 0; index < tokens.length; index++) sequence.cachedTokens.push(tokens[index] ?? 0)
    }
  }

  /** What is wrong with one request's drawing is not the others' concern. */
  #drawOrFail(sequence: BusySequence, batchRow: number): void {
    try {
      this.#draw(sequence, batchRow)
    } catch (error) {
      this.#fail(sequence, error)
    }
  }

  #draw(sequence: BusySequence, batchRow: number): void {
    const { running } = sequence
    const token = running.sampler.sample(batchRow)
    running.completionTokens++
    running.unreportedTokens++
    if (this.#context.isEndOfGeneration(token)) {
      this.#end(sequence, 'end-of-generation')
      return
    }
    const piece = running.request.visibleTokens.get(token) ?? this.#context.pieceOf(token)
    const text = running.detokenizer.push(piece)
    if (text !== '') this.#report(running, text)
    if (running.completionTokens >= running.request.maxTokens) this.#end(sequence, running.request.limit)
    else running.drawnToken = token
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
    this.#options.effects.failed(running.request.id, error instanceof Error ? error.message : String(error))
  }

  #release(sequence: Sequence): void {
    sequence.running?.sampler.free()
    sequence.running = null
  }

  #forget(sequence: Sequence): void {
    sequence.cachedTokens.length = 0
    this.#context.clear(sequence.id)
  }
}

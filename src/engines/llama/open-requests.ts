import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { AsyncQueue } from '../../util/async-queue.ts'
import type { EngineOutput } from './protocol/engine-message.ts'
import { SequenceOccupancy } from './sequence-occupancy.ts'

/** A request that is open until it is cancelled; cancelling one that is over does nothing. */
export interface OpenRequest<Result> {
  readonly id: number
  readonly results: AsyncQueue<Result>
  readonly cancel: () => void
}

interface Entry<Result> {
  readonly results: AsyncQueue<Result>
  /** Whether the engine's process has sent anything about it. */
  hasBegun: boolean
  /** Whether the process has sent its end. */
  isOver: boolean
}

/** Called as requests are opened and cancelled. */
export interface OpenRequestsEvents {
  readonly onOpen: () => void
  readonly onCancel: (id: number) => void
  /** The last open request was cancelled. */
  readonly onIdle: () => void
}

/** The requests that the engine's process works on, by their ids, and the queues into which their results go. */
export class OpenRequests {
  readonly #events: OpenRequestsEvents
  readonly #generations = new Map<number, Entry<CompletionEvent>>()
  readonly #tokenCounts = new Map<number, Entry<number>>()
  readonly occupancy = new SequenceOccupancy()
  #nextId = 1

  constructor(events: OpenRequestsEvents) {
    this.#events = events
  }

  get size(): number {
    return this.#generations.size + this.#tokenCounts.size
  }

  has(id: number): boolean {
    return this.#generations.has(id) || this.#tokenCounts.has(id)
  }

  /** @param signal cancels the request */
  openGeneration(signal: AbortSignal): OpenRequest<CompletionEvent> {
    return this.#open(this.#generations, signal)
  }

  /** @param signal cancels the request */
  openTokenCount(signal: AbortSignal): OpenRequest<number> {
    return this.#open(this.#tokenCounts, signal)
  }

  receive(outputs: readonly EngineOutput[]): void {
    for (const output of outputs) {
      this.occupancy.observe(output)
      if ('error' in output)
        this.#fail(output.id, new CompletionError(output.error.code, output.error.message))
      else this.#receiveEvents(output.id, output.events)
    }
  }

  receiveTokenCount(id: number, tokens: number): void {
    const entry = this.#tokenCounts.get(id)
    if (entry === undefined) return
    entry.hasBegun = true
    entry.isOver = true
    entry.results.push(tokens)
  }

  /** Fails the requests of which the process has sent nothing: another server, or this one later, can serve them. */
  refuseUnbegun(): void {
    const error = new CompletionError('overloaded', 'Overloaded: the engine did not respond')
    for (const { results, hasBegun } of this.#entries()) if (!hasBegun) results.fail(error)
  }

  failAll(error: CompletionError): void {
    for (const { results } of this.#entries()) results.fail(error)
    this.#generations.clear()
    this.#tokenCounts.clear()
    this.occupancy.clear()
  }

  #open<Result>(entries: Map<number, Entry<Result>>, signal: AbortSignal): OpenRequest<Result> {
    const id = this.#nextId++
    const results = new AsyncQueue<Result>()
    const entry: Entry<Result> = { results, hasBegun: false, isOver: false }
    entries.set(id, entry)
    this.#events.onOpen()
    const cancel = () => {
      signal.removeEventListener('abort', onAbort)
      if (!entries.delete(id)) return
      this.occupancy.release(id)
      if (!entry.isOver) this.#events.onCancel(id)
      if (this.size === 0) this.#events.onIdle()
    }
    const onAbort = () => {
      results.fail(CompletionError.cancelled())
      cancel()
    }
    signal.addEventListener('abort', onAbort)
    return { id, results, cancel }
  }

  #receiveEvents(id: number, events: readonly CompletionEvent[]): void {
    const entry = this.#generations.get(id)
    if (entry === undefined) return
    entry.hasBegun = true
    entry.isOver = events.at(-1)?.type === 'completion-end'
    for (const event of events) entry.results.push(event)
  }

  #fail(id: number, error: CompletionError): void {
    const entry = this.#generations.get(id) ?? this.#tokenCounts.get(id)
    if (entry === undefined) return
    entry.hasBegun = true
    entry.results.fail(error)
  }

  *#entries(): Generator<Entry<CompletionEvent> | Entry<number>> {
    yield* this.#generations.values()
    yield* this.#tokenCounts.values()
  }
}

import { performance } from 'node:perf_hooks'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent, CompletionStart } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import { UsageMeter } from '../usage/usage-meter.ts'
import type { ApiRequest } from './api-request.ts'
import type { AppDependencies } from './app-dependencies.ts'
import type { CompletionLogFields } from './request-log.ts'

/** What one look at a completion finds. A failure is a value here, so that none is ever left unhandled. */
export type CompletionStep =
  | { readonly type: 'events'; readonly events: readonly CompletionEvent[] }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly error: unknown }

/** Who waits for a completion. */
type Caller = Pick<ApiRequest, 'signal' | 'cancel'>

/** A completion on its way. */
export class RunningCompletion {
  readonly #caller: Caller
  readonly #events: AsyncIterator<readonly CompletionEvent[]>
  readonly #meter: UsageMeter
  #kept: CompletionEvent[] = []
  #isOver = false
  #disposed: Promise<unknown> | undefined

  constructor(complete: AppDependencies['complete'], request: CompletionRequest, caller: Caller) {
    this.#meter = new UsageMeter(request, () => performance.now())
    this.#caller = caller
    this.#events = complete(request, caller.signal)[Symbol.asyncIterator]()
    if (this.isCancelled) this.cancel()
  }

  /** Whether its caller has left. */
  get isCancelled(): boolean {
    return this.#caller.signal.aborted
  }

  /**
   * The first event, which is awaited before a status is sent. Those that arrived together with it are kept for
   * {@link next}.
   *
   * @throws CompletionError whatever went wrong before the completion began
   */
  async start(): Promise<CompletionStart> {
    const step = await this.next()
    if (step.type !== 'events') throw failureOf(step)
    const [first, ...rest] = step.events
    if (first?.type === 'completion-start') {
      this.#kept = rest
      return first
    }
    this.cancel()
    throw new Error(`an engine began with ${first?.type} in place of completion-start`)
  }

  /** The next events: those that arrived together. Never rejects. Only one may be awaited at a time. */
  async next(): Promise<CompletionStep> {
    try {
      this.#throwIfCancelled()
      if (this.#kept.length > 0) return { type: 'events', events: this.#kept.splice(0) }
      if (this.#isOver) return { type: 'ended' }
      const { done, value } = await this.#events.next()
      this.#throwIfCancelled()
      if (done) throw new CompletionError('engine-failed', 'The model stopped without an end')
      this.#observe(value)
      return { type: 'events', events: value }
    } catch (error) {
      if (!this.#isOver) this.#meter.fail(error)
      this.#finish()
      // However an engine takes its signal, what it throws then is no failure.
      return { type: 'failed', error: this.isCancelled ? CompletionError.cancelled(error) : error }
    }
  }

  /**
   * Stops the completion wherever it is; harmless once it is over. Whoever awaits no event when the caller leaves calls
   * it too: else nobody would put it away.
   */
  cancel(): void {
    if (this.#isOver) return
    this.#caller.cancel()
    this.#finish()
  }

  /** Once it is over: resolves when whoever made its events has cleaned up. */
  get disposed(): Promise<unknown> | undefined {
    return this.#disposed
  }

  /** What the log may say of it so far. */
  logFields(stream: boolean): CompletionLogFields {
    const { totalMs: _, ...fields } = this.#meter.finish()
    return { ...fields, stream }
  }

  #throwIfCancelled(): void {
    if (this.isCancelled) throw CompletionError.cancelled()
  }

  #observe(events: readonly CompletionEvent[]): void {
    for (const event of events) this.#meter.observe(event)
    if (events.at(-1)?.type === 'completion-end') this.#finish()
  }

  #finish(): void {
    this.#isOver = true
    // The generators below clean up behind themselves. What fails there has no one left to be told.
    this.#disposed = this.#events.return?.()?.catch(() => undefined)
  }
}

/** What is thrown for a step that brought no events. */
export function failureOf(step: Exclude<CompletionStep, { type: 'events' }>): Error {
  const cause = step.type === 'failed' ? step.error : 'it ended twice'
  return cause instanceof Error ? cause : new Error('a completion failed', { cause })
}

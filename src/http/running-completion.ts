import { performance } from 'node:perf_hooks'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import { UsageMeter } from '../usage/usage-meter.ts'
import type { ApiRequest } from './api-request.ts'
import type { AppDependencies } from './app-dependencies.ts'
import type { CompletionLogFields } from './request-log.ts'

/** What one look at a completion finds. A failure is a value here, so that none is ever left unhandled. */
export type CompletionStep =
  | { readonly type: 'event'; readonly event: CompletionEvent }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly error: unknown }

/** Who waits for a completion. */
type Caller = Pick<ApiRequest, 'signal' | 'cancel'>

/** A completion on its way. */
export class RunningCompletion {
  readonly #caller: Caller
  readonly #events: AsyncIterator<CompletionEvent>
  readonly #meter: UsageMeter
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

  /** The next event. Never rejects. Only one may be awaited at a time. */
  async next(): Promise<CompletionStep> {
    try {
      this.#throwIfCancelled()
      if (this.#isOver) return { type: 'ended' }
      const { done, value } = await this.#events.next()
      this.#throwIfCancelled()
      if (done) throw new CompletionError('engine-failed', 'The model stopped without an end')
      this.#observe(value)
      return { type: 'event', event: value }
    } catch (error) {
      if (!this.#isOver) this.#meter.fail(error)
      this.#finish()
      // However an engine takes its signal, what it throws then is no failure.
      return { type: 'failed', error: this.isCancelled ? cancelled(error) : error }
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
    if (this.isCancelled) throw cancelled()
  }

  #observe(event: CompletionEvent): void {
    this.#meter.observe(event)
    if (event.type === 'completion-end') this.#finish()
  }

  #finish(): void {
    this.#isOver = true
    // The generators below clean up behind themselves. What fails there has no one left to be told.
    this.#disposed = this.#events.return?.()?.catch(() => undefined)
  }
}

function cancelled(cause?: unknown): CompletionError {
  return new CompletionError('cancelled', 'The caller left', { cause })
}

import { performance } from 'node:perf_hooks'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import { UsageMeter } from '../completion/usage-meter.ts'
import type { AppDependencies } from './app-dependencies.ts'
import type { CompletionLogFields } from './request-log.ts'

/** What one look at a completion finds. A failure is a value here, so that none is ever left unhandled. */
export type CompletionStep =
  | { readonly type: 'event'; readonly event: CompletionEvent }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly error: unknown }

/** A completion on its way, and the one place where its caller can leave it. */
export class RunningCompletion {
  readonly #callerSignal: AbortSignal
  readonly #abortController = new AbortController()
  readonly #events: AsyncIterator<CompletionEvent>
  readonly #meter: UsageMeter
  #isOver = false
  #putAway: Promise<unknown> | undefined

  constructor(complete: AppDependencies['complete'], request: CompletionRequest, callerSignal: AbortSignal) {
    this.#meter = new UsageMeter(request, () => performance.now())
    this.#callerSignal = callerSignal
    this.#events = complete(request, this.#abortController.signal)[Symbol.asyncIterator]()
    callerSignal.addEventListener('abort', this.leave, { once: true })
    if (callerSignal.aborted) this.leave()
  }

  /** Whether it was stopped before its end. */
  get isLeft(): boolean {
    return this.#abortController.signal.aborted
  }

  /** The next event. Never rejects. Only one may be awaited at a time. */
  async next(): Promise<CompletionStep> {
    try {
      this.#throwIfLeft()
      if (this.#isOver) return { type: 'ended' }
      const { done, value } = await this.#events.next()
      this.#throwIfLeft()
      if (done) throw new CompletionError('engine-failed', 'The model stopped without an end')
      this.#observe(value)
      return { type: 'event', event: value }
    } catch (error) {
      if (!this.#isOver) this.#meter.fail(error)
      this.#finish()
      // However an engine takes its signal, what it throws then is no failure.
      return { type: 'failed', error: this.isLeft ? cancelled(error) : error }
    }
  }

  /** Stops the completion wherever it is; harmless once it is over. */
  readonly leave = (): void => {
    if (this.#isOver) return
    this.#abortController.abort(this.#callerSignal.reason)
    this.#finish()
  }

  /** Once it is over: resolves when whoever made its events has cleaned up. */
  get putAway(): Promise<unknown> | undefined {
    return this.#putAway
  }

  /** What the log may say of it so far. */
  logFields(stream: boolean): CompletionLogFields {
    const { totalMs: _, ...fields } = this.#meter.finish()
    return { ...fields, stream }
  }

  #throwIfLeft(): void {
    if (this.isLeft) throw cancelled()
  }

  #observe(event: CompletionEvent): void {
    this.#meter.observe(event)
    if (event.type === 'completion-end') this.#finish()
  }

  #finish(): void {
    this.#isOver = true
    this.#callerSignal.removeEventListener('abort', this.leave)
    // The generators below clean up behind themselves. What fails there has no one left to be told.
    this.#putAway = this.#events.return?.()?.catch(() => undefined)
  }
}

function cancelled(cause?: unknown): CompletionError {
  return new CompletionError('cancelled', 'The caller left', { cause })
}

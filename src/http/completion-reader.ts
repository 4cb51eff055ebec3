import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent, CompletionStart } from '../completion/completion-event.ts'
import type { ApiRequest } from './api-request.ts'

/** The result of one read. A failure is a value here, so that no promise is rejected unhandled. */
export type CompletionStep =
  | { readonly type: 'events'; readonly events: readonly CompletionEvent[] }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly error: unknown }

/** The request that a completion belongs to. */
type Client = Pick<ApiRequest, 'signal' | 'cancel'>

/** Reads the events of a completion until it ends, fails, or its client disconnects. */
export class CompletionReader {
  readonly #client: Client
  readonly #events: AsyncIterator<readonly CompletionEvent[]>
  #kept: CompletionEvent[] = []
  #isOver = false
  #disposed: Promise<unknown> | undefined

  constructor(events: AsyncIterator<readonly CompletionEvent[]>, client: Client) {
    this.#client = client
    this.#events = events
    if (this.isCancelled) this.cancel()
  }

  /** Whether its client has disconnected. */
  get isCancelled(): boolean {
    return this.#client.signal.aborted
  }

  /**
   * The first event, which is awaited before a status is sent. The events that came with it are kept for {@link next}.
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

  /** The next events, those that arrived together. Never rejects. Only one may be awaited at a time. */
  async next(): Promise<CompletionStep> {
    try {
      this.#throwIfCancelled()
      if (this.#kept.length > 0) return { type: 'events', events: this.#kept.splice(0) }
      if (this.#isOver) return { type: 'ended' }
      const { done, value } = await this.#events.next()
      this.#throwIfCancelled()
      if (done) throw new Error('a completion was read beyond its end')
      if (value.at(-1)?.type === 'completion-end') this.#finish()
      return { type: 'events', events: value }
    } catch (error) {
      this.#finish()
      return { type: 'failed', error }
    }
  }

  /**
   * Stops the completion wherever it is; harmless once it is over. Call it also when the client disconnects while no event
   * is awaited: the engine's generator is only disposed of then.
   */
  cancel(): void {
    if (this.#isOver) return
    this.#client.cancel()
    this.#finish()
  }

  /** Once it is over: resolves when the generator of its events has cleaned up. */
  get disposed(): Promise<unknown> | undefined {
    return this.#disposed
  }

  #throwIfCancelled(): void {
    if (this.isCancelled) throw CompletionError.cancelled()
  }

  #finish(): void {
    this.#isOver = true
    // The generators clean up after themselves. Nothing is left that an error could be reported to.
    this.#disposed = this.#events.return?.()?.catch(() => undefined)
  }
}

/** What is thrown for a step that brought no events. */
export function failureOf(step: Exclude<CompletionStep, { type: 'events' }>): Error {
  const cause = step.type === 'failed' ? step.error : 'it ended twice'
  return cause instanceof Error ? cause : new Error('a completion failed', { cause })
}

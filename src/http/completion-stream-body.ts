import type { CompletionEvent, CompletionStart } from '../completion/completion-event.ts'
import { describeError } from '../wire/error-body.ts'
import type { StreamWriter } from '../wire/response-format.ts'
import type { BodyChunk, StreamingBody } from './api-response.ts'
import type { CompletionReader, CompletionStep } from './completion-reader.ts'

type LastStep = Exclude<CompletionStep, { type: 'events' }>

/** What a streamed response is made of. */
export interface CompletionStreamOptions {
  readonly reader: CompletionReader
  /** Its first event; a promise where the engine is still silent. */
  readonly start: CompletionStart | Promise<CompletionStart>
  readonly writer: StreamWriter
  readonly requestId: string
  /** When it fires the body fails with its reason. */
  readonly signal: AbortSignal
  /** How long the stream may be silent before a ping is sent. */
  readonly pingIntervalMs: number
  /** Called with the error that ended the completion early; the stream reports it to its reader. */
  readonly onFailure: (error: unknown) => void
  /** Called once, when the stream ends in any way, before `ended` resolves. */
  readonly onEnd: () => void
}

/**
 * The body of a streamed completion. While its reader does not read, the completion does not proceed; when the client
 * disconnects, the completion is cancelled.
 */
export class CompletionStreamBody implements StreamingBody {
  readonly lengthBytes = null
  readonly preamble: string
  readonly ended: Promise<void>
  readonly #options: CompletionStreamOptions
  /** Fires when the stream was silent for too long; every chunk restarts it. */
  readonly #pingTimer: NodeJS.Timeout
  /** The chunk that was asked for last. */
  #chunk: Promise<BodyChunk> | null = null
  #isPingDue = false
  #onPingDue: (() => void) | null = null
  #resolveEnded: () => void = () => undefined
  #step: Promise<CompletionStep>
  #isOver = false

  constructor(options: CompletionStreamOptions) {
    this.#options = options
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    const { start, writer, reader } = options
    this.preamble = start instanceof Promise ? writer.ping() : writer.open(start)
    this.#step = start instanceof Promise ? stepOf(start) : reader.next()
    this.#pingTimer = setTimeout(() => {
      this.#isPingDue = true
      this.#onPingDue?.()
    }, options.pingIntervalMs)
  }

  next(): Promise<BodyChunk> {
    this.#chunk = this.#nextChunk()
    return this.#chunk
  }

  async cancel(): Promise<void> {
    this.#options.reader.cancel()
    await Promise.allSettled([this.#chunk, this.#options.reader.disposed])
    this.#end()
  }

  async #nextChunk(): Promise<BodyChunk> {
    try {
      let chunk: BodyChunk | null = null
      while (chunk === null) {
        chunk = (await this.#isSilent()) ? this.#ping() : this.#chunkOf(await this.#step)
      }
      if (chunk.isLast) this.#end()
      else this.#postponePing()
      return chunk
    } catch (error) {
      this.#end()
      throw error
    }
  }

  #ping(): BodyChunk {
    return { data: this.#options.writer.ping(), isLast: false }
  }

  /** Null for events that the wire format does not show: after them the stream is as silent as before. */
  #chunkOf(step: CompletionStep): BodyChunk | null {
    if (step.type !== 'events') return { data: this.#closing(step), isLast: true }
    const text = this.#textOf(step.events)
    const isLast = step.events.at(-1)?.type === 'completion-end'
    if (!isLast) this.#step = this.#options.reader.next()
    return text === '' && !isLast ? null : { data: text, isLast }
  }

  #textOf(events: readonly CompletionEvent[]): string {
    const { writer } = this.#options
    const [first, ...others] = events
    return first?.type === 'completion-start'
      ? writer.open(first) + writer.write(others)
      : writer.write(events)
  }

  /** What the stream ends with besides the completion's events. */
  #closing(last: LastStep): string {
    const { writer, requestId, signal, onFailure } = this.#options
    if (last.type === 'ended') return ''
    if (signal.aborted) throw signal.reason
    onFailure(last.error)
    return writer.error(describeError(last.error), requestId)
  }

  /** Waits for the next events, but no longer than until the next ping is due. */
  #isSilent(): Promise<boolean> | boolean {
    if (this.#isPingDue) return true
    return new Promise((resolve) => {
      this.#onPingDue = () => resolve(true)
      void this.#step.then(() => resolve(false))
    })
  }

  #postponePing(): void {
    this.#isPingDue = false
    this.#pingTimer.refresh()
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#pingTimer)
    this.#options.reader.cancel()
    this.#options.onEnd()
    this.#resolveEnded()
  }
}

/** A failure is a value here, so that no promise is rejected unhandled. */
function stepOf(start: Promise<CompletionStart>): Promise<CompletionStep> {
  return start.then(
    (event): CompletionStep => ({ type: 'events', events: [event] }),
    (error: unknown): CompletionStep => ({ type: 'failed', error }),
  )
}

import type { CompletionStart } from '../completion/completion-event.ts'
import { describeError } from '../wire/error-body.ts'
import type { StreamWriter } from '../wire/response-format.ts'
import type { BodyChunk, StreamingBody } from './api-response.ts'
import type { CompletionStep, RunningCompletion } from './running-completion.ts'

type LastStep = Exclude<CompletionStep, { type: 'events' }>

/** What a streamed answer is made of. */
export interface EventStreamOptions {
  readonly completion: RunningCompletion
  /** Its first event, which has been read. */
  readonly start: CompletionStart
  readonly writer: StreamWriter
  readonly requestId: string
  /** When it fires the body fails with its reason. */
  readonly callerSignal: AbortSignal
  /** Silence after which a ping is sent, in milliseconds. */
  readonly pingIntervalMs: number
  /** What ended the completion early; its reader is told by the stream. */
  readonly onFailure: (error: unknown) => void
  /** Called once, when the stream ends in whatever way. */
  readonly onEnd: () => void
}

/**
 * The body of a streamed answer. A reader that asks for nothing more stops the completion from going ahead, one that
 * leaves ends it.
 */
export class EventStreamBody implements StreamingBody {
  readonly preamble: string
  readonly #options: EventStreamOptions
  /** Fires when the stream was silent for too long; every piece puts it off. */
  readonly #pingTimer: NodeJS.Timeout
  /** The piece that was asked for last. */
  #piece: Promise<BodyChunk> | null = null
  #isPingDue = false
  #onPingDue: (() => void) | null = null
  #step: Promise<CompletionStep>
  #isOver = false

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.preamble = options.writer.open(options.start)
    this.#step = options.completion.next()
    this.#pingTimer = setTimeout(() => {
      this.#isPingDue = true
      this.#onPingDue?.()
    }, options.pingIntervalMs)
  }

  next(): Promise<BodyChunk> {
    this.#piece = this.#nextChunk()
    return this.#piece
  }

  async cancel(): Promise<void> {
    this.#options.completion.cancel()
    await Promise.allSettled([this.#piece, this.#options.completion.disposed])
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
    return { text: this.#options.writer.ping(), isLast: false }
  }

  /** Null for events that the wire format does not show: they leave the stream as silent as it was. */
  #chunkOf(step: CompletionStep): BodyChunk | null {
    if (step.type !== 'events') return { text: this.#lastWords(step), isLast: true }
    const text = this.#options.writer.write(step.events)
    const isLast = step.events.at(-1)?.type === 'completion-end'
    if (!isLast) this.#step = this.#options.completion.next()
    return text === '' && !isLast ? null : { text, isLast }
  }

  /** What the stream says at its end besides the completion's events. */
  #lastWords(last: LastStep): string {
    const { writer, requestId, callerSignal, onFailure } = this.#options
    if (last.type === 'ended') return ''
    if (callerSignal.aborted) throw callerSignal.reason
    onFailure(last.error)
    return writer.error(describeError(last.error), requestId)
  }

  /** Waits for something to come, but no longer than to the next ping. */
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
    this.#options.completion.cancel()
    this.#options.onEnd()
  }
}

import { type CompletionEvent, type CompletionStart, textUnitsOf } from '../completion/completion-event.ts'
import { describeError } from '../wire/error-body.ts'
import type { StreamWriter } from '../wire/response-format.ts'
import type { BodyChunk, StreamingBody } from './api-response.ts'
import type { CompletionStep, RunningCompletion } from './running-completion.ts'

/** A piece of a body takes no further event once it holds this much, however fast they come. */
const MAX_CHUNK_EVENTS = 256
/** The same, in UTF-16 code units of their text. */
const MAX_CHUNK_TEXT_UNITS = 65_536

type LastStep = Exclude<CompletionStep, { type: 'event' }>

/** Events that are ready together, and what came behind them: the end, a failure, or null if that is to be waited for. */
interface ReadyEvents {
  readonly events: readonly CompletionEvent[]
  readonly last: LastStep | null
}

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
      let piece: BodyChunk | null = null
      while (piece === null) {
        piece = (await this.#isSilent()) ? this.#ping() : this.#chunkOf(await this.#readyEvents())
      }
      if (piece.isLast) this.#end()
      else this.#postponePing()
      return piece
    } catch (error) {
      this.#end()
      throw error
    }
  }

  #ping(): BodyChunk {
    return { text: this.#options.writer.ping(), isLast: false }
  }

  /** Null for events that the wire format does not show: they leave the stream as silent as it was. */
  #chunkOf({ events, last }: ReadyEvents): BodyChunk | null {
    const text = this.#options.writer.write(events)
    if (last !== null) return { text: text + this.#lastWords(last), isLast: true }
    return text === '' ? null : { text, isLast: false }
  }

  /**
   * Waits for one step, then takes what is already there: one turn of the event loop gathers all that arrived together,
   * and one write carries it.
   */
  async #readyEvents(): Promise<ReadyEvents> {
    const events: CompletionEvent[] = []
    let textUnits = 0
    let step: CompletionStep | null = await this.#step
    let onTurnEnd: (nothing: null) => void = () => undefined
    const turn = setImmediate(() => onTurnEnd(null))
    while (step?.type === 'event') {
      events.push(step.event)
      textUnits += textUnitsOf(step.event)
      this.#step = this.#options.completion.next()
      const isFull = events.length >= MAX_CHUNK_EVENTS || textUnits >= MAX_CHUNK_TEXT_UNITS
      if (isFull) break
      step = await new Promise((resolve) => {
        onTurnEnd = resolve
        void this.#step.then(resolve)
      })
    }
    clearImmediate(turn)
    return { events, last: step === null || step.type === 'event' ? null : step }
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

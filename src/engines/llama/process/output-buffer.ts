import type { CompletionEvent, PrefillStart, TextDelta } from '../../../completion/completion-event.ts'
import type { EngineOutput, RequestError } from '../protocol/engine-message.ts'

/**
 * Text is held for this long at most, one frame of most screens, so that a model that is faster than people read does
 * not wake the server and its client for each token. The first text of a request is not held, nor is its end.
 */
export const MAX_HOLD_MS = 16

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** A `GroupedText`. */
type HeldText = Mutable<TextDelta> & { pieces?: number[] }

/** A request that is not over. */
interface BufferedRequest {
  /** Its events that have not been sent; null when there are none. */
  events: CompletionEvent[] | null
  /** The last of these events, if it is text: more text is appended to it. */
  heldText: HeldText | null
  /** Whether any text of it was sent or is about to be. */
  hasText: boolean
}

/** Collects the events of all requests and sends them at the end of a step. */
export class OutputBuffer {
  readonly #send: (outputs: readonly EngineOutput[]) => void
  readonly #nowMs: () => number
  readonly #requests = new Map<number, BufferedRequest>()
  #outputs: EngineOutput[] = []
  readonly #newPrefills: { readonly event: Mutable<PrefillStart>; readonly startedMs: number }[] = []
  #isUrgent = false
  #sentMs = Number.NEGATIVE_INFINITY

  /** @param nowMs a monotonic clock, in milliseconds */
  constructor(send: (outputs: readonly EngineOutput[]) => void, nowMs: () => number) {
    this.#send = send
    this.#nowMs = nowMs
  }

  /** @param event belongs to the buffer from now on: text may be appended to it */
  add(id: number, event: CompletionEvent): void {
    if (event.type === 'text-delta') {
      this.#addText(id, event)
      return
    }
    const request = this.#requestOf(id)
    request.heldText = null
    this.#push(id, request, event.type === 'prefill-start' ? this.#timed(event) : event)
    this.#isUrgent = true
    if (event.type === 'completion-end') this.#requests.delete(id)
  }

  fail(id: number, { code, message }: RequestError): void {
    this.#outputs.push({ id, error: { code, message } })
    this.#isUrgent = true
    this.#requests.delete(id)
  }

  /** Releases what is kept of a cancelled request. */
  forget(id: number): void {
    this.#requests.delete(id)
  }

  /**
   * Sends everything at the end of a step, unless all of it is text that can be held.
   *
   * @param nextStepMs how long the next step is expected to take: text is not held beyond the limit because of it
   */
  endStep(nextStepMs: number): void {
    if (this.#outputs.length === 0) return
    const nowMs = this.#nowMs()
    if (!this.#isUrgent && nowMs - this.#sentMs + nextStepMs <= MAX_HOLD_MS) return
    // A prefill that began in this step is sent only at its end, so the receiver cannot measure how long it took.
    for (const { event, startedMs } of this.#newPrefills.splice(0)) event.agoMs = nowMs - startedMs
    const outputs = this.#outputs
    this.#outputs = []
    for (const { id } of outputs) this.#markSent(id)
    this.#isUrgent = false
    this.#sentMs = nowMs
    this.#send(outputs)
  }

  #addText(id: number, event: TextDelta): void {
    const request = this.#requestOf(id)
    if (request.heldText !== null) {
      append(request.heldText, event)
      return
    }
    if (!request.hasText) this.#isUrgent = true
    request.hasText = true
    request.heldText = event
    this.#push(id, request, event)
  }

  #push(id: number, request: BufferedRequest, event: CompletionEvent): void {
    if (request.events !== null) {
      request.events.push(event)
      return
    }
    request.events = [event]
    this.#outputs.push({ id, events: request.events })
  }

  #timed(event: PrefillStart): PrefillStart {
    const timed = { ...event, agoMs: 0 }
    this.#newPrefills.push({ event: timed, startedMs: this.#nowMs() })
    return timed
  }

  #requestOf(id: number): BufferedRequest {
    let request = this.#requests.get(id)
    if (request === undefined) {
      request = { events: null, heldText: null, hasText: false }
      this.#requests.set(id, request)
    }
    return request
  }

  #markSent(id: number): void {
    const request = this.#requests.get(id)
    if (request === undefined) return
    request.events = null
    request.heldText = null
  }
}

function append(held: HeldText, { text, completionTokens }: TextDelta): void {
  held.pieces ??= [held.text.length, held.completionTokens]
  held.pieces.push(text.length, completionTokens)
  held.text += text
  held.completionTokens += completionTokens
}

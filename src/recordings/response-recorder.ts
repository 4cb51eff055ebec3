import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent, StopReason } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import { HUMAN_MARKER } from '../completion/human-assistant-prompt.ts'
import { StopSequenceFilter } from '../completion/stop-sequence-filter.ts'
import { MAX_RECORDED_UNITS } from './map-texts.ts'
import {
  RECORDED_FAILURES,
  type RecordedPiece,
  type RecordedReplyPart,
  type RecordedResponse,
} from './recorded-response.ts'

/** Most pieces of one response that are recorded. */
const MAX_PIECES = 100_000

/** A part that still grows: its text in pieces. */
interface GrowingPart {
  readonly part: RecordedReplyPart
  readonly texts: string[]
  units: number
}

/**
 * Records the events of one completion up to its first stop sequence: there the server stops reading, and what follows belongs
 * to no API.
 */
export class ResponseRecorder {
  readonly #promptKind: RecordedResponse['promptKind']
  readonly #filter: StopSequenceFilter
  readonly #nowMs: () => number
  readonly #startedMs: number
  readonly #parts: GrowingPart[] = []
  #usage: RecordedResponse['usage']
  #end: RecordedResponse['end']
  #failure: RecordedResponse['failure']
  #units = 0
  #pieces = 0

  constructor({ prompt, stopSequences }: CompletionRequest, nowMs: () => number) {
    this.#promptKind = prompt.kind
    this.#filter = new StopSequenceFilter(stopSequences)
    this.#nowMs = nowMs
    this.#startedMs = nowMs()
  }

  /** Whether it has ended, and so can be kept. */
  get isOver(): boolean {
    return this.#end !== undefined || this.#failure !== undefined
  }

  /** Whether it is longer than any recording. */
  get isTooLong(): boolean {
    return this.#units > MAX_RECORDED_UNITS || this.#pieces > MAX_PIECES
  }

  push(events: readonly CompletionEvent[]): void {
    if (this.isOver || this.isTooLong) return
    for (const event of this.#filter.pushAll(events)) this.#record(event)
  }

  /** Notes why it failed, if that belongs to the request. */
  fail(error: unknown): void {
    if (this.isOver || !(error instanceof CompletionError)) return
    const code = RECORDED_FAILURES.find((known) => known === error.code)
    if (code !== undefined) this.#failure = { atMs: this.#elapsedMs(), code, message: error.message }
  }

  response(): RecordedResponse {
    return {
      promptKind: this.#promptKind,
      parts: this.#parts.map(({ part, texts }) => withText(part, texts.join(''))),
      ...(this.#usage === undefined ? {} : { usage: this.#usage }),
      ...(this.#end === undefined ? {} : { end: this.#end }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    }
  }

  #record(event: CompletionEvent): void {
    switch (event.type) {
      case 'completion-start':
        if (event.promptTokens !== null) {
          this.#usage = { reusedPromptTokens: 0, ...this.#usage, promptTokens: event.promptTokens }
        }
        break
      case 'prefill-start':
        if (this.#usage !== undefined) {
          this.#usage = { ...this.#usage, reusedPromptTokens: event.reusedPromptTokens }
        }
        break
      case 'prompt-usage': {
        const { type: _, ...usage } = event
        this.#usage = usage
        break
      }
      case 'completion-end':
        this.#end = { atMs: this.#elapsedMs(), ...endOf(event.stopReason, event.stopSequence) }
        break
      default:
        this.#recordPart(event)
    }
  }

  #recordPart(event: CompletionEvent): void {
    switch (event.type) {
      case 'text-delta':
      case 'thinking-delta':
        this.#addPiece(this.#openText(event.type === 'text-delta' ? 'text' : 'thinking'), event.text, event)
        break
      case 'thinking-signature': {
        const growing = this.#openText('thinking')
        Object.assign(growing.part, { signature: event.signature })
        break
      }
      case 'tool-call-start': {
        const { id, name, completionTokens: startTokens } = event
        const startMs = this.#elapsedMs()
        this.#open({ type: 'tool-call', id, name, startMs, startTokens, json: '', pieces: [] })
        break
      }
      case 'tool-input-delta': {
        const last = this.#parts.at(-1)
        if (last?.part.type === 'tool-call') this.#addPiece(last, event.json, event)
        break
      }
      case 'prompt-tokens':
      case 'completion-tokens': {
        const isOfPrompt = event.type === 'prompt-tokens'
        const tokens = structuredClone(event.tokens) as Extract<
          RecordedReplyPart,
          { type: 'scored-tokens' }
        >['tokens']
        this.#units += tokens.length
        this.#open({ type: 'scored-tokens', isOfPrompt, atMs: this.#elapsedMs(), tokens })
        break
      }
    }
  }

  /** A signature ends a thinking part. */
  #openText(type: 'text' | 'thinking'): GrowingPart {
    const last = this.#parts.at(-1)
    const isOpen = last?.part.type === type && !('signature' in last.part)
    return isOpen ? last : this.#open({ type, text: '', pieces: [] })
  }

  #open(part: RecordedReplyPart): GrowingPart {
    const growing = { part, texts: [], units: 0 }
    this.#parts.push(growing)
    this.#pieces += 1
    return growing
  }

  #addPiece(
    growing: GrowingPart,
    text: string,
    { completionTokens }: { readonly completionTokens: number },
  ): void {
    const piece: RecordedPiece = [growing.units, this.#elapsedMs(), completionTokens]
    if ('pieces' in growing.part) growing.part.pieces.push(piece)
    growing.texts.push(text)
    growing.units += text.length
    this.#units += text.length
    this.#pieces += 1
  }

  #elapsedMs(): number {
    return Math.max(0, Math.round(this.#nowMs() - this.#startedMs))
  }
}

function withText(part: RecordedReplyPart, text: string): RecordedReplyPart {
  if (part.type === 'scored-tokens') return part
  return part.type === 'tool-call' ? { ...part, json: text } : { ...part, text }
}

/** The built-in stop sequence of Text Completions is the end of the turn to every other API. */
function endOf(stopReason: StopReason, stopSequence: string | null) {
  return stopSequence === HUMAN_MARKER
    ? ({ stopReason: 'end-of-generation', stopSequence: null } as const)
    : { stopReason, stopSequence }
}

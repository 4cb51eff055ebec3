import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../../completion/engine.ts'
import { type EventTransform, transformEvents, unchanged } from '../../completion/event-transform.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { refuseLongPrompt } from '../../completion/refuse-long-prompt.ts'
import { replyTransform } from '../../completion/reply-transform.ts'
import { parseJson } from '../../util/json-value.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import { endLongThinking } from './decoding/end-long-thinking.ts'
import { exceedsJsonLimits, MAX_EVENT_MEMBERS } from './decoding/json-limits.ts'
import { maxCountBytes, maxResponseBytes, ResponseStreamDecoder } from './decoding/response-stream-decoder.ts'
import { type EchoEvidence, withoutEcho } from './decoding/without-echo.ts'
import { dialectOf, type UpstreamEngineSettings } from './dialects/dialects.ts'
import type { PromptCount, RequestEncoder, ResponseReader } from './dialects/upstream-dialect.ts'
import { promptLimits } from './prompt-limits.ts'
import type { LengthRefusal } from './transport/read-length-refusal.ts'
import { traceHeaders } from './transport/trace-headers.ts'
import { type ReplicaEvents, type UpstreamCall, UpstreamCalls } from './transport/upstream-calls.ts'
import { UpstreamFailure } from './transport/upstream-failure.ts'
import type { UpstreamRequest } from './transport/upstream-request.ts'
import { MAX_WHOLE_BODY_BYTES } from './transport/upstream-response.ts'

/** Most different warnings that are reported. */
const MAX_WARNINGS = 100

/** Listeners for the health of an upstream; every text is one line and contains nothing of a prompt. */
export interface UpstreamEngineEvents extends ReplicaEvents {
  /** Something that operators should know, each text once. */
  readonly onWarning?: (warning: string) => void
}

/** A response that has started. */
interface BegunResponse {
  readonly call: UpstreamCall
  /** The request as it was accepted. */
  readonly sent: CompletionRequest
  /** Whether its `maxTokens` are all that the context window has left. */
  readonly fillsWindow: boolean
}

/** A model on another server. */
export class UpstreamEngine implements Engine {
  readonly #settings: UpstreamEngineSettings
  readonly capabilities: EngineCapabilities
  readonly #encoder: RequestEncoder
  readonly #reader: ResponseReader
  readonly #calls: UpstreamCalls
  readonly #events: UpstreamEngineEvents
  readonly #warnings = new Set<string>()
  readonly #echoEvidence: EchoEvidence = { repeatsPrefill: null }
  #runningCount = 0
  #isClosed = false

  constructor(settings: UpstreamEngineSettings, events: UpstreamEngineEvents = {}) {
    this.#settings = settings
    this.#events = events
    const dialect = dialectOf(settings)
    const onWarning = (warning: string) => this.#warning(warning)
    this.capabilities = dialect.capabilities(settings)
    this.#encoder = dialect.createRequestEncoder(settings, onWarning)
    this.#reader = dialect.createResponseReader(settings, onWarning)
    this.#calls = new UpstreamCalls(settings, this.#encoder.headers(settings.apiKey), events)
  }

  /** One line with the model and its addresses. */
  get description(): string {
    return `${this.#settings.model} by ${this.#settings.kind} at ${this.#calls.addresses.join(', ')}`
  }

  get contextWindowTokens(): number {
    return this.#settings.contextWindowTokens ?? Number.POSITIVE_INFINITY
  }

  /** An upstream that is down may be back for the next request; only a request can find out. */
  get isReady(): boolean {
    return !this.#isClosed
  }

  /** Every request has its own time limits. */
  readonly isUnresponsive = false

  /** The health of every replica. */
  get replicas() {
    return this.#calls.health()
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    this.#admit(prompt, signal)
    try {
      const count = await this.#count(prompt, signal)
      if (count !== null) return count.promptTokens
      throw new CompletionError('invalid-request', 'The engine of this model cannot count tokens.')
    } catch (error) {
      throw this.#inDomainWords(error, signal)
    } finally {
      this.#runningCount -= 1
    }
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    await refuseLongPrompt(request.prompt, promptLimits(this.#settings, this.#encoder), signal)
    this.#admit(request.prompt, signal)
    try {
      const fitted = replyTransform(request.prompt, this.#encoder.promptShape)
      yield* transformEvents(this.#completion(request, signal), fitted)
    } catch (error) {
      throw this.#inDomainWords(error, signal)
    } finally {
      this.#runningCount -= 1
    }
  }

  /** Closes every connection. Requests in flight fail as overloaded: they can be sent again, here or elsewhere. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#calls.close()
  }

  #admit(prompt: Prompt, signal: AbortSignal): void {
    if (signal.aborted) throw CompletionError.cancelled()
    if (prompt.kind === 'raw' && !this.capabilities.rawPrompts) {
      throw new CompletionError('invalid-request', 'The engine of this model takes turns, not raw text.')
    }
    if (this.#isClosed || this.#runningCount >= this.#settings.maxConcurrentRequests) {
      throw new CompletionError('overloaded', 'Overloaded')
    }
    this.#runningCount += 1
  }

  /** The events of a completion, in arrays of those that arrived together. */
  #completion(request: CompletionRequest, signal: AbortSignal): AsyncIterable<readonly CompletionEvent[]> {
    const enoughTokens = this.#encoder.sufficientThinkingTokens(request)
    return enoughTokens === null
      ? this.#response(request, signal)
      : endLongThinking(request, enoughTokens, (again) => this.#response(again, signal))
  }

  async *#response(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    const { call, sent, fillsWindow } = await this.#begin(request, signal)
    const { response, origin } = call
    try {
      yield [{ type: 'completion-start', promptTokens: null }]
      const decoder = this.#reader.decoder(sent, origin)
      const stream = new ResponseStreamDecoder(decoder, maxResponseBytes(sent.maxTokens), origin.address)
      const removeEcho = this.#reader.mayEchoPrefill
        ? withoutEcho(sent.prompt.prefill, this.#echoEvidence)
        : unchanged
      for (;;) {
        const { events, failure } = stream.read(await response.read())
        const isLast = events.at(-1)?.type === 'completion-end'
        // An end that the decoder made itself does not wait for the rest.
        if (isLast && !decoder.isEndedEarly) response.finish()
        const passed = removeEcho(fillsWindow ? withFullWindow(events) : events)
        if (passed.length > 0) yield passed
        if (isLast) return
        if (failure !== null) throw failure.error
      }
    } catch (error) {
      if (error instanceof UpstreamFailure && !signal.aborted) call.fail(error)
      throw error
    } finally {
      call.release()
    }
  }

  /** Where an upstream refuses a request as too long, sends it once more with as many tokens as fit, as the API does. */
  async #begin(request: CompletionRequest, signal: AbortSignal): Promise<BegunResponse> {
    const { maxCompletionTokens } = this.#settings
    const maxTokens = Math.min(request.maxTokens, maxCompletionTokens ?? request.maxTokens)
    const sent = { ...request, maxTokens }
    if (!this.#encoder.refusesLongPrompts) await this.#refuseLongPrompt(request.prompt, signal)
    try {
      return { call: await this.#send(sent, signal), sent, fillsWindow: false }
    } catch (error) {
      if (!(error instanceof UpstreamFailure) || error.length === null) throw error
      const fittingTokens = await this.#fit(request.prompt, error.length, signal)
      if (fittingTokens === null || fittingTokens >= maxTokens) throw error
      const fitting = { ...request, maxTokens: fittingTokens }
      const fillsWindow = error.length.maxCompletionTokens === null
      return { call: await this.#send(fitting, signal), sent: fitting, fillsWindow }
    }
  }

  async #send(request: CompletionRequest, signal: AbortSignal): Promise<UpstreamCall> {
    const slices = new WorkSlices(signal)
    const { path, body } = this.#encoder.completionRequest(request)
    if (slices.isOver) await slices.next()
    const call = await this.#calls.begin(
      { path, body: { ...body, ...this.#settings.extraBody }, headers: traceHeaders(request.trace) },
      request.prompt.text,
      signal,
    )
    if (call.response.mayBeEventStream) return call
    const failure = new UpstreamFailure(
      'unexpected-response',
      `${call.origin.address} responded without an event stream`,
    )
    call.fail(failure)
    call.release()
    throw failure
  }

  /**
   * How many completion tokens fit; null when that is unknown.
   *
   * @throws CompletionError `prompt-too-long` when none fit
   */
  async #fit(prompt: Prompt, refusal: LengthRefusal, signal: AbortSignal): Promise<number | null> {
    if (refusal.maxCompletionTokens !== null) return refusal.maxCompletionTokens
    const count = refusal.promptTokens === null ? await this.#count(prompt, signal) : null
    const promptTokens = refusal.promptTokens ?? count?.promptTokens ?? null
    const windowTokens =
      refusal.contextWindowTokens ?? count?.contextWindowTokens ?? this.#settings.contextWindowTokens ?? null
    if (promptTokens === null || windowTokens === null) return null
    checkPromptLength(promptTokens, windowTokens)
    // SGLang needs one token of its window to spare.
    return Math.max(1, windowTokens - promptTokens - 1)
  }

  /**
   * For upstreams that do not refuse a long prompt in a recognizable way. Counts only prompts that may be too long: a token
   * has at least one byte.
   *
   * @throws CompletionError `prompt-too-long`
   */
  async #refuseLongPrompt(prompt: Prompt, signal: AbortSignal): Promise<void> {
    const windowTokens = this.#settings.contextWindowTokens
    if (windowTokens === undefined || Buffer.byteLength(prompt.text) < windowTokens) return
    const count = await this.#count(prompt, signal)
    if (count !== null) checkPromptLength(count.promptTokens, windowTokens)
  }

  /** Null when this upstream cannot count. */
  async #count(prompt: Prompt, signal: AbortSignal): Promise<PromptCount | null> {
    const request = this.#encoder.countRequest(prompt)
    if (request === null) return null
    try {
      return await this.#countBy(request, prompt, signal)
    } catch (error) {
      const isRefused = error instanceof UpstreamFailure && error.kind === 'request-refused'
      if (isRefused && this.#encoder.countMayBeRefused) return null
      throw error
    }
  }

  async #countBy(request: UpstreamRequest, prompt: Prompt, signal: AbortSignal): Promise<PromptCount> {
    const { response, origin, release } = await this.#calls.begin(request, prompt.text, signal)
    try {
      const promptBytes = Buffer.byteLength(prompt.text)
      const json = await response.text(Math.min(MAX_WHOLE_BODY_BYTES, maxCountBytes(promptBytes)))
      const isTooLarge = exceedsJsonLimits(json, MAX_EVENT_MEMBERS + promptBytes)
      const count = isTooLarge ? null : this.#reader.readCount(parseJson(json))
      if (count !== null) return count
      throw new UpstreamFailure('unexpected-response', `${origin.address} responded without a token count`)
    } finally {
      release()
    }
  }

  #inDomainWords(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return CompletionError.cancelled()
    if (!(error instanceof UpstreamFailure)) return error
    if (!this.#isClosed) return error.toCompletionError()
    return CompletionError.engineClosed()
  }

  #warning(warning: string): void {
    if (this.#warnings.size >= MAX_WARNINGS || this.#warnings.has(warning)) return
    this.#warnings.add(warning)
    this.#events.onWarning?.(warning)
  }
}

function checkPromptLength(promptTokens: number, windowTokens: number): void {
  if (promptTokens >= windowTokens) throw CompletionError.promptTooLong(promptTokens, windowTokens - 1)
}

/** For a response whose `maxTokens` are all that the context window has left. */
const withFullWindow: EventTransform = (events) =>
  events.map((event) =>
    event.type === 'completion-end' && event.stopReason === 'max-tokens'
      ? { ...event, stopReason: 'context-window' }
      : event,
  )

import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../../completion/engine.ts'
import { type EventTransform, transformEvents, unchanged } from '../../completion/event-transform.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { refuseLongPrompt } from '../../completion/refuse-long-prompt.ts'
import { replyTransform } from '../../completion/reply-transform.ts'
import { textDeltaJoiner } from '../../completion/text-delta-joiner.ts'
import { AdaptingCalls } from './adapting-calls.ts'
import { endLongThinking } from './decoding/end-long-thinking.ts'
import { maxResponseBytes, ResponseStreamDecoder } from './decoding/response-stream-decoder.ts'
import { type EchoEvidence, withoutEcho } from './decoding/without-echo.ts'
import { dialectOf, type UpstreamEngineSettings } from './dialects/dialects.ts'
import type { RequestEncoder, ResponseReader } from './dialects/upstream-dialect.ts'
import { PromptCounter } from './prompt-counter.ts'
import { promptLimits } from './prompt-limits.ts'
import { traceHeaders } from './transport/trace-headers.ts'
import { type ReplicaEvents, type UpstreamCall, UpstreamCalls } from './transport/upstream-calls.ts'
import { UpstreamFailure } from './transport/upstream-failure.ts'

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
  readonly #adaptingCalls: AdaptingCalls
  readonly #counter: PromptCounter
  readonly #events: UpstreamEngineEvents
  readonly #warnings = new Set<string>()
  readonly #echoEvidence: EchoEvidence = { repeatsPrefill: null }
  /** As set, or less after the upstream reported a lower limit. */
  #maxCompletionTokens: number
  #runningCount = 0
  #isClosed = false

  constructor(settings: UpstreamEngineSettings, events: UpstreamEngineEvents = {}) {
    this.#settings = settings
    this.#maxCompletionTokens = settings.maxCompletionTokens ?? Number.POSITIVE_INFINITY
    this.#events = events
    const dialect = dialectOf(settings)
    const onWarning = (warning: string) => this.#warning(warning)
    this.capabilities = dialect.capabilities(settings)
    this.#encoder = dialect.createRequestEncoder(settings, onWarning)
    this.#reader = dialect.createResponseReader(settings, onWarning)
    this.#calls = new UpstreamCalls(settings, this.#encoder.headers(settings.apiKey), events)
    this.#adaptingCalls = new AdaptingCalls(this.#calls, this.#encoder.adaptations, onWarning)
    this.#counter = new PromptCounter({
      settings,
      encoder: this.#encoder,
      reader: this.#reader,
      calls: this.#adaptingCalls,
    })
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

  get reportsCaching(): boolean {
    return this.#reader.reportsCaching
  }

  /** The health of every replica. */
  get replicas() {
    return this.#calls.health()
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    this.#admit(prompt, signal)
    try {
      const count = await this.#counter.count(prompt, signal)
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
      const maxBytes = maxResponseBytes(sent.maxTokens)
      const join = textDeltaJoiner(sent.stopSequences)
      const stream = new ResponseStreamDecoder(decoder, maxBytes, origin.address, join)
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
    const maxTokens = Math.min(request.maxTokens, this.#maxCompletionTokens)
    const sent = { ...request, maxTokens }
    if (!this.#encoder.refusesLongPrompts) await this.#counter.refuseLongPrompt(request.prompt, signal)
    try {
      return { call: await this.#send(sent, signal), sent, fillsWindow: false }
    } catch (error) {
      if (!(error instanceof UpstreamFailure) || error.length === null) throw error
      const fittingTokens = await this.#counter.fit(request.prompt, error.length, signal)
      if (fittingTokens === null || fittingTokens >= maxTokens) throw error
      const fitting = { ...request, maxTokens: fittingTokens }
      const call = await this.#send(fitting, signal).catch((again: unknown) => {
        throw fittingTokens === 1 ? withoutSpaceForOne(again) : again
      })
      const fillsWindow = error.length.maxCompletionTokens === null
      if (error.isLimitOfModel) {
        this.#maxCompletionTokens = Math.min(this.#maxCompletionTokens, fittingTokens)
      }
      return { call, sent: fitting, fillsWindow }
    }
  }

  async #send(request: CompletionRequest, signal: AbortSignal): Promise<UpstreamCall> {
    const headers = traceHeaders(request.trace)
    const call = await this.#adaptingCalls.begin(
      {
        encode: (adaptations) => ({ ...this.#encoder.completionRequest(request, adaptations), headers }),
        extraBody: this.#settings.extraBody,
        promptText: request.prompt.text,
      },
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

/** The error where not even one token is accepted after a prompt: some servers need more than that of their window. */
function withoutSpaceForOne(error: unknown): unknown {
  const promptTokens = error instanceof UpstreamFailure ? (error.length?.promptTokens ?? null) : null
  return promptTokens === null ? error : CompletionError.promptTooLong(promptTokens, promptTokens - 1)
}

/** For a response whose `maxTokens` are all that the context window has left. */
const withFullWindow: EventTransform = (events) =>
  events.map((event) =>
    event.type === 'completion-end' && event.stopReason === 'max-tokens'
      ? { ...event, stopReason: 'context-window' }
      : event,
  )

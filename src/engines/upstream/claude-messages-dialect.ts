import type { CompletionEnd, CompletionEvent, StopReason } from '../../completion/completion-event.ts'
import type { CompletionRequest, SamplingParams } from '../../completion/completion-request.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { chatMessages } from './chat-messages.ts'
import { asObject, countAt, objectAt, parseJson, textAt } from './json-value.ts'
import { OPENAI_SERVERS } from './openai-servers.ts'
import type { ServerSentEvent } from './read-server-sent-events.ts'
import { readErrorEvent } from './read-upstream-error.ts'
import { TokenTally } from './token-tally.ts'
import type {
  AnswerReader,
  OnRemark,
  PromptCount,
  UpstreamDialect,
  UpstreamRequest,
} from './upstream-dialect.ts'
import type { UpstreamEngineSettings } from './upstream-engine-settings.ts'
import { UpstreamFailure } from './upstream-failure.ts'

/** The version of the Messages API that is spoken. */
const API_VERSION = '2023-06-01'

type ClaudeSettings = Pick<UpstreamEngineSettings, 'model' | 'server' | 'sampling' | 'sendStopSequences'>

/** `POST /v1/messages`: system text and turns to a Claude model, or to a server that speaks as one. */
export class ClaudeMessagesDialect implements UpstreamDialect {
  readonly promptForm = 'turns'
  readonly refusesLongPrompts = true
  readonly #settings: ClaudeSettings
  readonly #onRemark: OnRemark

  /** llama-server does, and here nothing can be said against it. */
  get echoesPrefill(): boolean {
    return this.#settings.server === 'llama-server'
  }

  constructor(settings: ClaudeSettings, onRemark: OnRemark) {
    this.#settings = settings
    this.#onRemark = onRemark
  }

  headers(apiKey: string | null): Readonly<Record<string, string>> {
    return { 'anthropic-version': API_VERSION, ...(apiKey === null ? {} : { 'x-api-key': apiKey }) }
  }

  completionRequest({ prompt, maxTokens, sampling, stopSequences }: CompletionRequest): UpstreamRequest {
    // White space alone is refused there as a stop sequence; our own filter knows it anyway.
    const stops = this.#settings.sendStopSequences ? stopSequences.filter((stop) => stop.trim() !== '') : []
    return {
      path: '/v1/messages',
      body: {
        ...this.#messageFields(prompt),
        max_tokens: maxTokens,
        ...this.#samplingFields(sampling),
        ...(stops.length === 0 ? {} : { stop_sequences: stops }),
        stream: true,
      },
    }
  }

  answerReader(_: CompletionRequest, upstream: string): AnswerReader {
    return new ClaudeAnswerReader(upstream, this.#onRemark)
  }

  countRequest(prompt: Prompt): UpstreamRequest {
    return { path: '/v1/messages/count_tokens', body: this.#messageFields(prompt) }
  }

  readCount(answer: unknown): PromptCount | null {
    const promptTokens = countAt(answer, 'input_tokens')
    return promptTokens === undefined ? null : { promptTokens, contextWindowTokens: null }
  }

  #messageFields(prompt: Prompt): Readonly<Record<string, unknown>> {
    return {
      model: this.#settings.model,
      ...(prompt.systemText === '' ? {} : { system: prompt.systemText }),
      messages: chatMessages(prompt),
    }
  }

  /**
   * What is Claude's default is left out: newer models refuse these fields, some of them also at their defaults. Where
   * all are taken they are said, because other servers that speak as Claude have other defaults.
   */
  #samplingFields(sampling: SamplingParams): Readonly<Record<string, number>> {
    return this.#settings.sampling === 'all' ? this.#allFields(sampling) : this.#fieldsTaken(sampling)
  }

  #allFields({ temperature, topP, topK }: SamplingParams): Readonly<Record<string, number>> {
    const { topKOff } = OPENAI_SERVERS[this.#settings.server]
    const cut = topK === null || topK === 0 ? topKOff : topK
    return { temperature, top_p: topP ?? 1, ...(cut === null ? {} : { top_k: cut }) }
  }

  #fieldsTaken({ temperature, topP, topK }: SamplingParams): Readonly<Record<string, number>> {
    const said: Record<string, number> = {
      ...(temperature === 1 ? {} : { temperature }),
      ...(topP === null || topP === 1 ? {} : { top_p: topP }),
      ...(topK === null || topK === 0 ? {} : { top_k: topK }),
    }
    const refused = refusedFields(this.#settings.sampling, said)
    if (refused.length > 0) {
      this.#onRemark(
        `${refused.join(', ')}: asked for by a caller, refused by the model, left out ("sampling": "${this.#settings.sampling}")`,
      )
    }
    return Object.fromEntries(Object.entries(said).filter(([name]) => !refused.includes(name)))
  }
}

function refusedFields(sampling: UpstreamEngineSettings['sampling'], said: object): string[] {
  switch (sampling) {
    case 'all':
      return []
    case 'one':
      return 'temperature' in said && 'top_p' in said ? ['top_p'] : []
    case 'none':
      return Object.keys(said)
  }
}

const STOP_REASONS: Readonly<Record<string, StopReason>> = {
  end_turn: 'end-of-generation',
  max_tokens: 'max-tokens',
  model_context_window_exceeded: 'max-tokens',
  // None of them has a place in this API: the text so far is all there is.
  refusal: 'end-of-generation',
  tool_use: 'end-of-generation',
  pause_turn: 'end-of-generation',
}

class ClaudeAnswerReader implements AnswerReader {
  readonly #address: string
  readonly #onRemark: OnRemark
  readonly #tally = new TokenTally()
  #end: CompletionEnd | null = null

  constructor(address: string, onRemark: OnRemark) {
    this.#address = address
    this.#onRemark = onRemark
  }

  read({ data }: ServerSentEvent): readonly CompletionEvent[] {
    const json = asObject(parseJson(data))
    if (json === undefined) {
      throw new UpstreamFailure(
        'malformed-event',
        `${this.#address} sent an event of ${data.length} characters that is no JSON object`,
      )
    }
    const failure = readErrorEvent(this.#address, json)
    if (failure !== null) throw failure
    switch (json.type) {
      case 'message_start':
        return this.#promptUsage(objectAt(json.message, 'usage'))
      case 'content_block_start':
        return this.#text(textAt(json.content_block, 'text'))
      case 'content_block_delta':
        return this.#text(textAt(json.delta, 'text'))
      case 'message_delta':
        this.#end = this.#endOf(json.delta) ?? this.#end
        return this.#tally.text('', countAt(json.usage, 'output_tokens') ?? null)
      case 'message_stop':
        return this.#closing()
      default:
        // Pings, ends of blocks, and what was invented since: the API asks its clients to pass over it.
        return []
    }
  }

  end(): CompletionEnd | null {
    return this.#end
  }

  #closing(): CompletionEvent[] {
    return this.#end === null ? [] : [this.#end]
  }

  #text(text: string | undefined): CompletionEvent[] {
    return text === undefined ? [] : this.#tally.text(text, null)
  }

  #promptUsage(usage: object | undefined): CompletionEvent[] {
    const promptTokens = countAt(usage, 'input_tokens')
    if (promptTokens === undefined) return []
    const reused = countAt(usage, 'cache_read_input_tokens') ?? 0
    const written = countAt(usage, 'cache_creation_input_tokens') ?? 0
    return this.#tally.prompt(promptTokens + reused + written, reused)
  }

  #endOf(delta: unknown): CompletionEnd | null {
    const stopSequence = textAt(delta, 'stop_sequence')
    // Whatever the reason is called: some servers that speak as Claude name the sequence beside `end_turn`.
    if (stopSequence !== undefined && stopSequence !== '') {
      return { type: 'completion-end', stopReason: 'stop-sequence', stopSequence }
    }
    const reason = textAt(delta, 'stop_reason')
    if (reason === undefined) return null
    const stopReason = STOP_REASONS[reason]
    if (stopReason === undefined) {
      this.#onRemark(`an answer ended for an unknown reason (${reason.slice(0, 40)}); it counts as ended`)
    }
    return { type: 'completion-end', stopReason: stopReason ?? 'end-of-generation', stopSequence: null }
  }
}

import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import { countAt } from '../../../../util/json-value.ts'
import type { ResponseOrigin } from '../../transport/response-origin.ts'
import type {
  OnWarning,
  PromptCount,
  ResponseDecoder,
  UpstreamDialect,
  UpstreamRequest,
} from '../upstream-dialect.ts'
import type { UpstreamEngineSettings } from '../upstream-settings.ts'
import { claudeMessages } from './claude-messages.ts'
import { claudeSampling } from './claude-sampling.ts'
import { claudeThinking } from './claude-thinking.ts'
import { claudeToolChoice, claudeTools } from './claude-tools.ts'
import { ClaudeResponseDecoder } from './response.ts'

/** The version of the Messages API that is spoken. */
const API_VERSION = '2023-06-01'
/** What has to be said for `output_format`, which is older than `output_config`. */
const OUTPUT_FORMAT_BETA = 'structured-outputs-2025-11-13'

type ClaudeSettings = Pick<
  UpstreamEngineSettings,
  'model' | 'server' | 'sampling' | 'sendStopSequences' | 'thinkingControl' | 'schemaField'
>

/** `POST /v1/messages`: system text and turns to a Claude model, or to a server that speaks as one. */
export class ClaudeMessagesDialect implements UpstreamDialect {
  readonly promptShape = 'turns'
  readonly refusesLongPrompts = true
  readonly countMayBeRefused = false
  readonly #settings: ClaudeSettings
  readonly #onWarning: OnWarning

  /** llama-server does, and here nothing can be said against it. */
  get echoesPrefill(): boolean {
    return this.#isLlamaServer
  }

  constructor(settings: ClaudeSettings, onWarning: OnWarning) {
    this.#settings = settings
    this.#onWarning = onWarning
  }

  headers(apiKey: string | null): Readonly<Record<string, string>> {
    return {
      'anthropic-version': API_VERSION,
      ...(apiKey === null ? {} : { 'x-api-key': apiKey }),
      ...(this.#settings.schemaField === 'output_format' ? { 'anthropic-beta': OUTPUT_FORMAT_BETA } : {}),
    }
  }

  completionRequest(request: CompletionRequest): UpstreamRequest {
    const { prompt, maxTokens, stopSequences } = request
    const { server, sendStopSequences, sampling, thinkingControl } = this.#settings
    // White space alone is refused there as a stop sequence; our own filter knows it anyway.
    const stops = sendStopSequences ? stopSequences.filter((stop) => stop.trim() !== '') : []
    const thinking = claudeThinking(request, thinkingControl ?? 'budget', this.#onWarning)
    const isThinkingEnabled = thinking !== null
    return {
      path: '/v1/messages',
      body: {
        ...this.#messageFields(prompt, isThinkingEnabled),
        // llama-server reads a name as any tool.
        ...claudeToolChoice(request, !this.#isLlamaServer),
        ...(isThinkingEnabled ? { thinking } : {}),
        ...this.#schemaFields(prompt),
        max_tokens: maxTokens,
        ...claudeSampling(request.sampling, {
          sampling,
          server,
          isThinkingEnabled,
          onWarning: this.#onWarning,
        }),
        ...(stops.length === 0 ? {} : { stop_sequences: stops }),
        stream: true,
      },
    }
  }

  responseDecoder(request: CompletionRequest, origin: ResponseOrigin): ResponseDecoder {
    return new ClaudeResponseDecoder(request, origin, this.#onWarning)
  }

  /** The budget is the model's own. */
  sufficientThinkingTokens(): null {
    return null
  }

  countRequest(prompt: Prompt): UpstreamRequest {
    return { path: '/v1/messages/count_tokens', body: this.#messageFields(prompt, prompt.isThinkingEnabled) }
  }

  readCount(response: unknown): PromptCount | null {
    const promptTokens = countAt(response, 'input_tokens')
    return promptTokens === undefined ? null : { promptTokens, contextWindowTokens: null }
  }

  /** What decides about the tokens of a prompt. */
  #messageFields(prompt: Prompt, isThinkingEnabled: boolean): JsonObject {
    return {
      model: this.#settings.model,
      ...(prompt.systemText === '' ? {} : { system: prompt.systemText }),
      messages: claudeMessages(prompt),
      ...claudeTools(prompt.tools),
      // Its templates decide by themselves, whatever `thinking` says.
      ...(this.#isLlamaServer
        ? { chat_template_kwargs: { enable_thinking: isThinkingEnabled, thinking: isThinkingEnabled } }
        : {}),
    }
  }

  get #isLlamaServer(): boolean {
    return this.#settings.server === 'llama-server'
  }

  #schemaFields({ outputSchema }: Prompt): JsonObject {
    if (outputSchema === null) return {}
    const format = { type: 'json_schema', schema: outputSchema }
    return this.#settings.schemaField === 'output_config'
      ? { output_config: { format } }
      : { output_format: format }
  }
}

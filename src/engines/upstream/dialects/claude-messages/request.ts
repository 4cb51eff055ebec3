import { CompletionError } from '../../../../completion/completion-error.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import { effortOfBudget } from '../../../../completion/effort-budgets.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { OnWarning } from '../../decoding/response-decoder.ts'
import type { UpstreamRequest } from '../../transport/upstream-request.ts'
import type { AdaptationName } from '../body-adaptations.ts'
import type { RequestEncoder } from '../upstream-dialect.ts'
import { claudeMessages, claudeSystem } from './claude-messages.ts'
import { claudeSampling } from './claude-sampling.ts'
import { CLAUDE_SERVERS, type ClaudeServer } from './claude-servers.ts'
import { claudeThinking } from './claude-thinking.ts'
import { claudePromptTools, claudeToolChoice, claudeTools } from './claude-tools.ts'
import type { ClaudeMessagesSettings } from './settings.ts'

/** The version of the Messages API. */
const API_VERSION = '2023-06-01'
/** The beta that `output_format` needs, which is older than `output_config`. */
const OUTPUT_FORMAT_BETA = 'structured-outputs-2025-11-13'

/** Encodes requests to `POST /v1/messages`. */
export class ClaudeMessagesRequestEncoder implements RequestEncoder {
  readonly promptShape = 'turns'
  readonly countMayBeRefused = false
  readonly #settings: ClaudeMessagesSettings
  readonly #server: ClaudeServer
  readonly #onWarning: OnWarning

  constructor(settings: ClaudeMessagesSettings, onWarning: OnWarning) {
    this.#settings = settings
    this.#server = CLAUDE_SERVERS[settings.server]
    this.#onWarning = onWarning
  }

  get refusesLongPrompts(): boolean {
    return this.#server.refusesLongPrompts
  }

  get cutsLongPrompts(): boolean {
    return this.#server.cutsLongPrompts
  }

  get adaptations(): readonly AdaptationName[] {
    const { sendCacheControl = this.#server.takesCacheControl } = this.#settings
    return sendCacheControl ? [] : ['no-cache-control']
  }

  headers(apiKey: string | undefined): Readonly<Record<string, string>> {
    return {
      'anthropic-version': API_VERSION,
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
      ...(this.#settings.schemaField === 'output_format' ? { 'anthropic-beta': OUTPUT_FORMAT_BETA } : {}),
    }
  }

  completionRequest(request: CompletionRequest): UpstreamRequest {
    const { prompt, maxTokens, stopSequences } = request
    const { reportsStopSequence, toolChoice } = this.#server
    const {
      sendStopSequences = reportsStopSequence,
      sampling = this.#server.sampling,
      thinkingControl,
    } = this.#settings
    // A stop sequence of white space is refused there; the engine's own matcher has it anyway.
    const stops = sendStopSequences ? stopSequences.filter((stop) => stop.trim() !== '') : []
    const thinking = claudeThinking(request, thinkingControl, this.#onWarning)
    const isThinkingEnabled = thinking !== null
    return {
      path: '/v1/messages',
      body: {
        ...this.#messageFields(prompt, isThinkingEnabled),
        ...claudeToolChoice(request, toolChoice),
        ...(isThinkingEnabled ? { thinking } : this.#disabledThinking()),
        ...this.#outputFields(prompt, isThinkingEnabled ? request.thinkingBudgetTokens : null),
        max_tokens: maxTokens,
        ...claudeSampling(request.sampling, {
          sampling,
          server: this.#server,
          isThinkingEnabled,
          onWarning: this.#onWarning,
        }),
        ...(stops.length === 0 ? {} : { stop_sequences: stops }),
        stream: true,
      },
    }
  }

  /** The model keeps to its budget. */
  sufficientThinkingTokens(): null {
    return null
  }

  countRequest(prompt: Prompt): UpstreamRequest | null {
    if (!this.#server.countsTokens) return null
    return { path: '/v1/messages/count_tokens', body: this.#messageFields(prompt, prompt.isThinkingEnabled) }
  }

  #disabledThinking(): JsonObject {
    const isSent = this.#server.needsThinkingDisabled && this.#settings.thinkingControl !== 'none'
    return isSent ? { thinking: { type: 'disabled' } } : {}
  }

  /**
   * The fields that decide about the tokens of a prompt.
   *
   * @throws CompletionError `invalid-request` for a prefill that the server would not continue
   */
  #messageFields(prompt: Prompt, isThinkingEnabled: boolean): JsonObject {
    if (prompt.prefill !== '' && !this.#server.takesPrefill) {
      throw new CompletionError(
        'invalid-request',
        'The engine of this model cannot continue a prefilled response: the prompt must end with a user turn. With "kind": "openai-chat" its server can.',
      )
    }
    return {
      model: this.#settings.model,
      ...claudeSystem(prompt),
      messages: claudeMessages(prompt),
      ...(this.#server.toolChoice === 'named' ? claudePromptTools(prompt) : claudeTools(prompt.tools)),
      ...(this.#server.hasThinkingTemplate
        ? { chat_template_kwargs: { enable_thinking: isThinkingEnabled, thinking: isThinkingEnabled } }
        : {}),
    }
  }

  /** The schema of the reply and, for models that take no budget, the effort that stands for one. */
  #outputFields({ outputSchema }: Prompt, thinkingBudgetTokens: number | null): JsonObject {
    const { schemaField, thinkingControl } = this.#settings
    const effort = thinkingControl === 'adaptive' ? effortOfBudget(thinkingBudgetTokens) : null
    const format = outputSchema === null ? null : { type: 'json_schema', schema: outputSchema }
    const isInConfig = format !== null && schemaField === 'output_config'
    const config = { ...(effort === null ? {} : { effort }), ...(isInConfig ? { format } : {}) }
    return {
      ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
      ...(format === null || isInConfig ? {} : { output_format: format }),
    }
  }
}

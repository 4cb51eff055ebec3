import { CompletionError } from '../../../../completion/completion-error.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import { effortOfBudget } from '../../../../completion/effort-budgets.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { OnWarning } from '../../decoding/response-decoder.ts'
import type { UpstreamRequest } from '../../transport/upstream-request.ts'
import type { AdaptationName } from '../body-adaptations.ts'
import { bearerHeaders, cacheFields, samplingFields, streamFields } from '../openai/openai-fields.ts'
import { chatLogprobsFields } from '../openai/openai-logprobs.ts'
import { OPENAI_SERVERS, type OpenAiServer } from '../openai/openai-servers.ts'
import type { RequestEncoder } from '../upstream-dialect.ts'
import { openAiMessages } from './openai-messages.ts'
import { toolChoiceFields, toolFields } from './openai-tools.ts'
import type { OpenAiChatSettings } from './settings.ts'
import { requestWithShortToolNames, withShortToolNames } from './short-tool-names.ts'

/** By how much thinking may exceed its budget before the engine ends it: servers write a last word or two. */
const THINKING_BUDGET_SLACK_TOKENS = 64

const NOT_ADAPTED: ReadonlySet<AdaptationName> = new Set()

/**
 * Encodes requests to `POST /v1/chat/completions`, which take the turns of a prompt. Stop sequences are not sent, for the
 * reasons of the other OpenAI dialect.
 */
export class OpenAiChatRequestEncoder implements RequestEncoder {
  readonly promptShape = 'turns'
  readonly #model: string
  readonly #server: OpenAiServer
  readonly #thinkingControl: OpenAiServer['thinkingControl']
  readonly #thinkingBudgetMode: OpenAiServer['thinkingBudgetMode']
  readonly #onWarning: OnWarning

  constructor(settings: OpenAiChatSettings, onWarning: OnWarning) {
    this.#model = settings.model
    this.#server = OPENAI_SERVERS[settings.server]
    this.#thinkingControl = settings.thinkingControl ?? this.#server.thinkingControl
    this.#thinkingBudgetMode = settings.thinkingBudgetMode ?? this.#server.thinkingBudgetMode
    this.#onWarning = onWarning
  }

  get countMayBeRefused(): boolean {
    return this.#server.chatCountMayBeRefused
  }

  get adaptations(): readonly AdaptationName[] {
    return this.#server.adaptations
  }

  get refusesLongPrompts(): boolean {
    return this.#server.refusesLongPrompts
  }

  get cutsLongPrompts(): boolean {
    return this.#server.cutsLongPrompts
  }

  headers(apiKey: string | undefined): Readonly<Record<string, string>> {
    return bearerHeaders(apiKey)
  }

  completionRequest(
    whole: CompletionRequest,
    adaptations: ReadonlySet<AdaptationName> = NOT_ADAPTED,
  ): UpstreamRequest {
    const request = requestWithShortToolNames(whole)
    const { prompt, maxTokens, sampling, toolChoice } = request
    if (prompt.tools.length > 0 && toolChoice.type !== 'auto' && this.#server.toolChoice === 'none') {
      this.#onWarning('a request demands a tool call, which this server cannot be asked for')
    }
    return {
      path: '/v1/chat/completions',
      body: {
        ...this.#chatFields(prompt, adaptations),
        ...toolChoiceFields(request, this.#server),
        ...this.#budgetFields(request),
        ...schemaFields(prompt),
        max_tokens: maxTokens,
        ...chatLogprobsFields(request),
        ...samplingFields(sampling, this.#server),
        ...cacheFields(request, this.#server),
        ...streamFields(this.#server),
      },
    }
  }

  sufficientThinkingTokens({ prompt, thinkingBudgetTokens }: CompletionRequest): number | null {
    if (!prompt.isThinkingEnabled || thinkingBudgetTokens === null || this.#thinkingControl === 'none')
      return null
    return this.#asksForBudget ? thinkingBudgetTokens + THINKING_BUDGET_SLACK_TOKENS : thinkingBudgetTokens
  }

  countRequest(prompt: Prompt): UpstreamRequest | null {
    const path = this.#server.chatCountPath
    return path === null ? null : { path, body: this.#chatFields(withShortToolNames(prompt), NOT_ADAPTED) }
  }

  get #asksForBudget(): boolean {
    return this.#thinkingBudgetMode === 'ask' && this.#server.thinkingBudgetField !== null
  }

  /**
   * The fields that decide about the tokens of a prompt.
   *
   * @throws CompletionError `invalid-request` for a prefill that the server would not continue
   */
  #chatFields(prompt: Prompt, adaptations: ReadonlySet<AdaptationName>): JsonObject {
    if (prompt.prefill !== '' && this.#server.prefill === 'none') {
      throw new CompletionError(
        'invalid-request',
        'The engine of this model cannot continue a prefilled response: the prompt must end with a user turn.',
      )
    }
    const { prefill, thinkingField } = this.#server
    return {
      model: this.#model,
      messages: openAiMessages(prompt, {
        thinkingField,
        sendsAllThinking: adaptations.has('thinking-of-every-turn'),
        marksPrefill: prefill === 'prefix',
      }),
      ...toolFields(prompt.tools),
      ...(prompt.prefill !== '' && prefill === 'continue-final-message'
        ? { continue_final_message: true, add_generation_prompt: false }
        : {}),
      ...this.#thinkingFields(prompt),
    }
  }

  #thinkingFields({ isThinkingEnabled }: Prompt): JsonObject {
    switch (this.#thinkingControl) {
      case 'template':
        // Templates use one name or the other, and ignore what they do not know.
        return { chat_template_kwargs: { enable_thinking: isThinkingEnabled, thinking: isThinkingEnabled } }
      case 'effort':
        // A request to think is refused for models that cannot; those that can, think by default.
        return isThinkingEnabled ? {} : { reasoning_effort: 'none' }
      case 'type':
        return { thinking: { type: isThinkingEnabled ? 'enabled' : 'disabled' } }
      default:
        return {}
    }
  }

  #budgetFields({ prompt, thinkingBudgetTokens }: CompletionRequest): JsonObject {
    const { thinkingBudgetField } = this.#server
    if (!prompt.isThinkingEnabled || thinkingBudgetTokens === null) return {}
    if (this.#thinkingControl === 'effort') {
      const effort = effortOfBudget(thinkingBudgetTokens)
      return effort === null ? {} : { reasoning_effort: effort }
    }
    if (!this.#asksForBudget) return {}
    return thinkingBudgetField === null ? {} : { [thinkingBudgetField]: thinkingBudgetTokens }
  }
}

function schemaFields({ outputSchema }: Prompt): JsonObject {
  if (outputSchema === null) return {}
  const schema = { name: 'reply', schema: outputSchema, strict: true }
  return { response_format: { type: 'json_schema', json_schema: schema } }
}

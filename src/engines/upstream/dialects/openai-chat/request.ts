import { CompletionError } from '../../../../completion/completion-error.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { ResponseOrigin } from '../../transport/response-origin.ts'
import {
  bearerHeaders,
  cacheFields,
  readTokenCount,
  samplingFields,
  streamFields,
} from '../openai/openai-fields.ts'
import { OpenAiResponseDecoder } from '../openai/openai-response-decoder.ts'
import { OPENAI_SERVERS, type OpenAiServer } from '../openai/openai-servers.ts'
import type { OnWarning, PromptCount, UpstreamDialect, UpstreamRequest } from '../upstream-dialect.ts'
import type { ThinkingBudgetMode, ThinkingControl, UpstreamEngineSettings } from '../upstream-settings.ts'
import { openAiMessages } from './openai-messages.ts'
import { toolChoiceFields, toolFields } from './openai-tools.ts'
import { chatPieces } from './response.ts'

/** How far thoughts may exceed what was asked for before we end them: servers write a last word or two. */
const THINKING_BUDGET_SLACK_TOKENS = 64

type ChatSettings = Pick<
  UpstreamEngineSettings,
  'model' | 'server' | 'thinkingControl' | 'thinkingBudgetMode'
>

/**
 * `POST /v1/chat/completions`: the prompt's turns, through the template that the server has for its model. Stop
 * sequences are not sent, for the reasons of the other OpenAI dialect.
 */
export class OpenAiChatDialect implements UpstreamDialect {
  readonly promptShape = 'turns'
  readonly echoesPrefill = false
  readonly #model: string
  readonly #server: OpenAiServer
  readonly #thinkingControl: ThinkingControl
  readonly #thinkingBudgetMode: ThinkingBudgetMode
  readonly #onWarning: OnWarning

  /** SGLang's tokenizer took a text only until 2026. */
  get countMayBeRefused(): boolean {
    return this.#server.tokenizer === 'sglang'
  }

  get refusesLongPrompts(): boolean {
    return this.#server.refusesLongPrompts
  }

  constructor(settings: ChatSettings, onWarning: OnWarning) {
    this.#model = settings.model
    this.#server = OPENAI_SERVERS[settings.server]
    this.#thinkingControl = settings.thinkingControl ?? this.#server.thinkingControl
    this.#thinkingBudgetMode = settings.thinkingBudgetMode ?? this.#server.thinkingBudgetMode
    this.#onWarning = onWarning
  }

  headers(apiKey: string | null): Readonly<Record<string, string>> {
    return bearerHeaders(apiKey)
  }

  completionRequest(request: CompletionRequest): UpstreamRequest {
    const { prompt, maxTokens, sampling, toolChoice } = request
    if (prompt.tools.length > 0 && toolChoice.type !== 'auto' && this.#server.toolChoice === 'none') {
      this.#onWarning('a caller wants a tool called, which this server cannot be told')
    }
    return {
      path: '/v1/chat/completions',
      body: {
        ...this.#chatFields(prompt),
        ...toolChoiceFields(request, this.#server),
        ...this.#budgetFields(request),
        ...schemaFields(prompt),
        max_tokens: maxTokens,
        ...samplingFields(sampling, this.#server),
        ...cacheFields(request, this.#server),
        ...streamFields(this.#server),
      },
    }
  }

  responseDecoder(request: CompletionRequest, origin: ResponseOrigin): OpenAiResponseDecoder {
    const { countsExactly } = this.#server
    return new OpenAiResponseDecoder({
      request,
      origin,
      piecesOf: chatPieces,
      countsExactly,
      onWarning: this.#onWarning,
    })
  }

  sufficientThinkingTokens({ prompt, thinkingBudgetTokens }: CompletionRequest): number | null {
    if (!prompt.isThinkingEnabled || thinkingBudgetTokens === null || this.#thinkingControl === 'none')
      return null
    return this.#asksForBudget ? thinkingBudgetTokens + THINKING_BUDGET_SLACK_TOKENS : thinkingBudgetTokens
  }

  countRequest(prompt: Prompt): UpstreamRequest | null {
    switch (this.#server.tokenizer) {
      case 'vllm':
      case 'sglang':
        return { path: '/tokenize', body: this.#chatFields(prompt) }
      case 'llama-server':
        return { path: '/v1/chat/completions/input_tokens', body: this.#chatFields(prompt) }
      // Its tokenizer takes a text only, and the template is not ours to know.
      case 'llama-cpp-python':
      case null:
        return null
    }
  }

  readCount(response: unknown): PromptCount | null {
    return readTokenCount(response)
  }

  get #asksForBudget(): boolean {
    return this.#thinkingBudgetMode === 'ask' && this.#server.thinkingBudgetField !== null
  }

  /**
   * What decides about the tokens of a prompt.
   *
   * @throws CompletionError `invalid-request` for a prefill that the server would not go on with
   */
  #chatFields(prompt: Prompt): JsonObject {
    if (prompt.prefill !== '' && this.#server.prefill === 'none') {
      throw new CompletionError(
        'invalid-request',
        'The engine of this model cannot go on with an answer that is begun: the prompt has to end with the turn of the one who asks.',
      )
    }
    const { prefill, thinkingField } = this.#server
    return {
      model: this.#model,
      messages: openAiMessages(prompt, thinkingField),
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
        // Templates have one name for it or the other, and pass over what they do not know.
        return { chat_template_kwargs: { enable_thinking: isThinkingEnabled, thinking: isThinkingEnabled } }
      case 'effort':
        // Asked to think, models that cannot are refused there; those that can do so by themselves.
        return isThinkingEnabled ? {} : { reasoning_effort: 'none' }
      default:
        return {}
    }
  }

  #budgetFields({ prompt, thinkingBudgetTokens }: CompletionRequest): JsonObject {
    const { thinkingBudgetField } = this.#server
    if (!prompt.isThinkingEnabled || thinkingBudgetTokens === null || !this.#asksForBudget) return {}
    return thinkingBudgetField === null ? {} : { [thinkingBudgetField]: thinkingBudgetTokens }
  }
}

function schemaFields({ outputSchema }: Prompt): JsonObject {
  if (outputSchema === null) return {}
  const schema = { name: 'reply', schema: outputSchema, strict: true }
  return { response_format: { type: 'json_schema', json_schema: schema } }
}

import { CompletionError } from '../../../../completion/completion-error.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import type { AnswerOrigin } from '../../transport/response-origin.ts'
import type { ThoughtBudget, ThoughtSwitch, UpstreamEngineSettings } from '../../upstream-engine-settings.ts'
import type { OnRemark, PromptCount, UpstreamDialect, UpstreamRequest } from '../upstream-dialect.ts'
import { chatPieces } from './openai-chat-pieces.ts'
import { bearerHeaders, cacheFields, readTokenCount, samplingFields, streamFields } from './openai-fields.ts'
import { openAiMessages } from './openai-messages.ts'
import { OpenAiAnswerReader } from './openai-response-decoder.ts'
import { OPENAI_SERVERS, type OpenAiServer } from './openai-servers.ts'
import { toolChoiceFields, toolFields } from './openai-tools.ts'

/** How far thoughts may exceed what was asked for before we end them: servers write a last word or two. */
const THOUGHT_BUDGET_SLACK_TOKENS = 64

type ChatSettings = Pick<UpstreamEngineSettings, 'model' | 'server' | 'thoughts' | 'thoughtBudget'>

/**
 * `POST /v1/chat/completions`: the prompt's turns, through the template that the server has for its model. Stop
 * sequences are not sent, for the reasons of the other OpenAI dialect.
 */
export class OpenAiChatDialect implements UpstreamDialect {
  readonly promptForm = 'turns'
  readonly echoesPrefill = false
  readonly #model: string
  readonly #server: OpenAiServer
  readonly #thoughts: ThoughtSwitch
  readonly #thoughtBudget: ThoughtBudget
  readonly #onRemark: OnRemark

  /** SGLang's tokenizer took a text only until 2026. */
  get countMayBeRefused(): boolean {
    return this.#server.tokenizer === 'sglang'
  }

  get refusesLongPrompts(): boolean {
    return this.#server.refusesLongPrompts
  }

  constructor(settings: ChatSettings, onRemark: OnRemark) {
    this.#model = settings.model
    this.#server = OPENAI_SERVERS[settings.server]
    this.#thoughts = settings.thoughts ?? this.#server.thoughts
    this.#thoughtBudget = settings.thoughtBudget ?? this.#server.thoughtBudget
    this.#onRemark = onRemark
  }

  headers(apiKey: string | null): Readonly<Record<string, string>> {
    return bearerHeaders(apiKey)
  }

  completionRequest(request: CompletionRequest): UpstreamRequest {
    const { prompt, maxTokens, sampling, toolChoice } = request
    if (prompt.tools.length > 0 && toolChoice.type !== 'auto' && this.#server.toolChoice === 'none') {
      this.#onRemark('a caller wants a tool called, which this server cannot be told')
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

  answerReader(request: CompletionRequest, origin: AnswerOrigin): OpenAiAnswerReader {
    const { countsExactly } = this.#server
    return new OpenAiAnswerReader({
      request,
      origin,
      piecesOf: chatPieces,
      countsExactly,
      onRemark: this.#onRemark,
    })
  }

  enoughThoughtTokens({ prompt, maxThoughtTokens }: CompletionRequest): number | null {
    if (!prompt.thinks || maxThoughtTokens === null || this.#thoughts === 'none') return null
    return this.#asksForBudget ? maxThoughtTokens + THOUGHT_BUDGET_SLACK_TOKENS : maxThoughtTokens
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

  readCount(answer: unknown): PromptCount | null {
    return readTokenCount(answer)
  }

  get #asksForBudget(): boolean {
    return this.#thoughtBudget === 'ask' && this.#server.thoughtBudgetField !== null
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
    const { prefill, thoughtField } = this.#server
    return {
      model: this.#model,
      messages: openAiMessages(prompt, thoughtField),
      ...toolFields(prompt.tools),
      ...(prompt.prefill !== '' && prefill === 'continue-final-message'
        ? { continue_final_message: true, add_generation_prompt: false }
        : {}),
      ...this.#thoughtFields(prompt),
    }
  }

  #thoughtFields({ thinks }: Prompt): JsonObject {
    switch (this.#thoughts) {
      case 'template':
        // Templates have one name for it or the other, and pass over what they do not know.
        return { chat_template_kwargs: { enable_thinking: thinks, thinking: thinks } }
      case 'effort':
        // Asked to think, models that cannot are refused there; those that can do so by themselves.
        return thinks ? {} : { reasoning_effort: 'none' }
      default:
        return {}
    }
  }

  #budgetFields({ prompt, maxThoughtTokens }: CompletionRequest): JsonObject {
    const { thoughtBudgetField } = this.#server
    if (!prompt.thinks || maxThoughtTokens === null || !this.#asksForBudget) return {}
    return thoughtBudgetField === null ? {} : { [thoughtBudgetField]: maxThoughtTokens }
  }
}

function schemaFields({ replySchema }: Prompt): JsonObject {
  if (replySchema === null) return {}
  const schema = { name: 'reply', schema: replySchema, strict: true }
  return { response_format: { type: 'json_schema', json_schema: schema } }
}

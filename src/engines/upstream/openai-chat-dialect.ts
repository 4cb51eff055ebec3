import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { chatMessages } from './chat-messages.ts'
import { objectAt, textAt } from './json-value.ts'
import { OpenAiAnswerReader } from './openai-answer-reader.ts'
import { bearerHeaders, readTokenCount, samplingFields, streamFields } from './openai-fields.ts'
import { OPENAI_SERVERS, type OpenAiServer } from './openai-servers.ts'
import type { OnRemark, PromptCount, UpstreamDialect, UpstreamRequest } from './upstream-dialect.ts'
import type { UpstreamEngineSettings } from './upstream-engine-settings.ts'

/**
 * `POST /v1/chat/completions`: the prompt's turns, through the template that the server has for its model. Stop
 * sequences are not sent, for the reasons of the other OpenAI dialect.
 */
export class OpenAiChatDialect implements UpstreamDialect {
  readonly promptForm = 'turns'
  readonly echoesPrefill = false
  readonly #model: string
  readonly #server: OpenAiServer
  readonly #onRemark: OnRemark

  get refusesLongPrompts(): boolean {
    return this.#server.refusesLongPrompts
  }

  constructor(settings: Pick<UpstreamEngineSettings, 'model' | 'server'>, onRemark: OnRemark) {
    this.#model = settings.model
    this.#server = OPENAI_SERVERS[settings.server]
    this.#onRemark = onRemark
  }

  headers(apiKey: string | null): Readonly<Record<string, string>> {
    return bearerHeaders(apiKey)
  }

  completionRequest({ prompt, maxTokens, sampling }: CompletionRequest): UpstreamRequest {
    return {
      path: '/v1/chat/completions',
      body: {
        ...this.#chatFields(prompt),
        max_tokens: maxTokens,
        ...samplingFields(sampling, this.#server),
        ...streamFields(this.#server),
      },
    }
  }

  /** A thinking model's thoughts stand in fields of their own, which are passed over. */
  answerReader(_: CompletionRequest, upstream: string): OpenAiAnswerReader {
    const textOf = (choice: unknown) => textAt(objectAt(choice, 'delta'), 'content')
    return new OpenAiAnswerReader(textOf, upstream, this.#onRemark)
  }

  countRequest(prompt: Prompt): UpstreamRequest | null {
    switch (this.#server.tokenizer) {
      case 'vllm':
        return { path: '/tokenize', body: this.#chatFields(prompt) }
      case 'llama-server':
        return { path: '/v1/chat/completions/input_tokens', body: this.#chatFields(prompt) }
      // Their tokenizers take a text only, and the template is not ours to know.
      case 'sglang':
      case 'llama-cpp-python':
      case null:
        return null
    }
  }

  readCount(answer: unknown): PromptCount | null {
    return readTokenCount(answer)
  }

  /** @throws CompletionError `invalid-request` for a prefill that the server would not go on with */
  #chatFields(prompt: Prompt): Readonly<Record<string, unknown>> {
    if (prompt.prefill !== '' && this.#server.prefill === 'none') {
      throw new CompletionError(
        'invalid-request',
        'The engine of this model cannot go on with an answer that is begun: the prompt has to end with the turn of the one who asks.',
      )
    }
    const system = prompt.systemText === '' ? [] : [{ role: 'system', content: prompt.systemText }]
    const { prefill, takesTemplateSettings } = this.#server
    return {
      model: this.#model,
      messages: [...system, ...chatMessages(prompt)],
      ...(prompt.prefill !== '' && prefill === 'continue-final-message'
        ? { continue_final_message: true, add_generation_prompt: false }
        : {}),
      ...(takesTemplateSettings ? { chat_template_kwargs: { enable_thinking: false } } : {}),
    }
  }
}

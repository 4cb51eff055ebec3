import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import { textAt } from '../../../../util/json-value.ts'
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
import type { UpstreamEngineSettings } from '../upstream-settings.ts'

/**
 * `POST /v1/completions`: the prompt's text, verbatim. It has no place for tools, pictures and thoughts.
 *
 * Stop sequences are not sent: these servers cut them off, few say which they met, and many take only four. Our own
 * filter finds the exact one and ends the exchange.
 */
export class OpenAiCompletionsDialect implements UpstreamDialect {
  readonly promptShape = 'text'
  readonly echoesPrefill = false
  readonly countMayBeRefused = false
  readonly #model: string
  readonly #server: OpenAiServer
  readonly #onWarning: OnWarning

  get refusesLongPrompts(): boolean {
    return this.#server.refusesLongPrompts
  }

  constructor(settings: Pick<UpstreamEngineSettings, 'model' | 'server'>, onWarning: OnWarning) {
    this.#model = settings.model
    this.#server = OPENAI_SERVERS[settings.server]
    this.#onWarning = onWarning
  }

  headers(apiKey: string | null): Readonly<Record<string, string>> {
    return bearerHeaders(apiKey)
  }

  completionRequest(request: CompletionRequest): UpstreamRequest {
    const { prompt, maxTokens, sampling } = request
    return {
      path: '/v1/completions',
      body: {
        model: this.#model,
        prompt: prompt.text,
        max_tokens: maxTokens,
        ...samplingFields(sampling, this.#server),
        ...cacheFields(request, this.#server),
        ...streamFields(this.#server),
      },
    }
  }

  responseDecoder(request: CompletionRequest, origin: ResponseOrigin): OpenAiResponseDecoder {
    return new OpenAiResponseDecoder({
      request,
      origin,
      piecesOf: (choice) => [{ type: 'text', text: textAt(choice, 'text') ?? '' }],
      countsExactly: this.#server.countsExactly,
      onWarning: this.#onWarning,
    })
  }

  sufficientThinkingTokens(): null {
    return null
  }

  countRequest({ text }: Prompt): UpstreamRequest | null {
    switch (this.#server.tokenizer) {
      case 'vllm':
      case 'sglang':
        return { path: '/tokenize', body: { model: this.#model, prompt: text, add_special_tokens: true } }
      case 'llama-server':
        return { path: '/tokenize', body: { content: text, add_special: true, parse_special: true } }
      case 'llama-cpp-python':
        return { path: '/extras/tokenize/count', body: { model: this.#model, input: text } }
      case null:
        return null
    }
  }

  readCount(response: unknown): PromptCount | null {
    return readTokenCount(response)
  }
}

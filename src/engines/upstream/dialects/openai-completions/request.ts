import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { UpstreamRequest } from '../../transport/upstream-request.ts'
import type { AdaptationName } from '../body-adaptations.ts'
import { bearerHeaders, cacheFields, samplingFields, streamFields } from '../openai/openai-fields.ts'
import { textLogprobsFields } from '../openai/openai-logprobs.ts'
import { OPENAI_SERVERS, type OpenAiServer } from '../openai/openai-servers.ts'
import type { RequestEncoder } from '../upstream-dialect.ts'
import type { OpenAiCompletionsSettings } from './settings.ts'

/**
 * Encodes requests to `POST /v1/completions`, which take the raw text of a prompt.
 *
 * Stop sequences are not sent: these servers cut them off, few say which one they met, and many take only four. The
 * engine's own matcher finds the exact one and cancels the request.
 */
export class OpenAiCompletionsRequestEncoder implements RequestEncoder {
  readonly promptShape = 'text'
  readonly countMayBeRefused = false
  readonly #model: string
  readonly #server: OpenAiServer

  constructor({ model, server }: OpenAiCompletionsSettings) {
    this.#model = model
    this.#server = OPENAI_SERVERS[server]
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

  completionRequest(request: CompletionRequest): UpstreamRequest {
    const { prompt, maxTokens, sampling } = request
    return {
      path: '/v1/completions',
      body: {
        model: this.#model,
        prompt: prompt.tokens ?? prompt.text,
        max_tokens: maxTokens,
        ...textLogprobsFields(request),
        ...samplingFields(sampling, this.#server),
        ...cacheFields(request, this.#server),
        ...streamFields(this.#server),
      },
    }
  }

  sufficientThinkingTokens(): null {
    return null
  }

  countRequest({ text, tokens }: Prompt): UpstreamRequest | null {
    if (tokens !== undefined) return null
    return this.#server.textCountRequest?.(this.#model, text) ?? null
  }
}

import { CompletionError } from '../../completion/completion-error.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { parseJson } from '../../util/json-value.ts'
import type { AdaptingCalls } from './adapting-calls.ts'
import { exceedsJsonLimits, MAX_EVENT_MEMBERS } from './decoding/json-limits.ts'
import { maxCountBytes } from './decoding/response-stream-decoder.ts'
import type { PromptCount, RequestEncoder, ResponseReader } from './dialects/upstream-dialect.ts'
import type { UpstreamSettings } from './dialects/upstream-settings.ts'
import type { LengthRefusal } from './transport/read-length-refusal.ts'
import { UpstreamFailure } from './transport/upstream-failure.ts'
import type { UpstreamRequest } from './transport/upstream-request.ts'
import { MAX_WHOLE_BODY_BYTES } from './transport/upstream-response.ts'

/** What counting needs of an upstream. */
export interface CountedUpstream {
  readonly settings: Pick<UpstreamSettings, 'contextWindowTokens'>
  readonly encoder: RequestEncoder
  readonly reader: ResponseReader
  readonly calls: AdaptingCalls
}

/** Counts prompts with the tokenizer of their upstream, and finds what fits its context window. */
export class PromptCounter {
  readonly #upstream: CountedUpstream

  constructor(upstream: CountedUpstream) {
    this.#upstream = upstream
  }

  /** Null when this upstream cannot count. */
  async count(prompt: Prompt, signal: AbortSignal): Promise<PromptCount | null> {
    const { encoder } = this.#upstream
    const request = encoder.countRequest(prompt)
    if (request === null) return null
    try {
      return await this.#countThere(request, prompt.text, signal)
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error
      if (error.kind === 'request-refused' && encoder.countMayBeRefused) return null
      const { promptTokens = null, contextWindowTokens = null } = error.length ?? {}
      if (promptTokens !== null || contextWindowTokens === null) throw error
      // Its tokenizer counts no further than the window.
      const estimate = Math.max(estimatedTokens(prompt), contextWindowTokens)
      throw CompletionError.promptTooLong(estimate, contextWindowTokens - 1, true)
    }
  }

  /**
   * How many completion tokens fit after a prompt; null when that is unknown.
   *
   * @throws CompletionError `prompt-too-long` when none fit
   */
  async fit(prompt: Prompt, refusal: LengthRefusal, signal: AbortSignal): Promise<number | null> {
    if (refusal.maxCompletionTokens !== null) return refusal.maxCompletionTokens
    const count = refusal.promptTokens === null ? await this.count(prompt, signal) : null
    const promptTokens = refusal.promptTokens ?? count?.promptTokens ?? null
    const windowTokens =
      refusal.contextWindowTokens ??
      count?.contextWindowTokens ??
      this.#upstream.settings.contextWindowTokens ??
      null
    if (windowTokens === null) return null
    if (promptTokens === null) {
      checkEstimatedLength(prompt, windowTokens)
      return null
    }
    checkPromptLength(promptTokens, windowTokens)
    // SGLang needs one token of its window to spare.
    return Math.max(1, windowTokens - promptTokens - 1)
  }

  /**
   * For upstreams that do not refuse a long prompt in a recognizable way. Counts only prompts that may be too long: a token
   * has at least one byte.
   *
   * @throws CompletionError `prompt-too-long`
   */
  async refuseLongPrompt(prompt: Prompt, signal: AbortSignal): Promise<void> {
    const windowTokens = this.#upstream.settings.contextWindowTokens
    if (windowTokens === undefined || Buffer.byteLength(prompt.text) < windowTokens) return
    const count = await this.count(prompt, signal)
    if (count !== null) checkPromptLength(count.promptTokens, windowTokens)
    // Better a refusal of a prompt that might just fit than a response to a part of one.
    else if (this.#upstream.encoder.cutsLongPrompts) checkEstimatedLength(prompt, windowTokens)
  }

  async #countThere(request: UpstreamRequest, promptText: string, signal: AbortSignal): Promise<PromptCount> {
    const { calls, reader } = this.#upstream
    const adaptable = { encode: () => request, extraBody: {}, promptText }
    const { response, origin, release } = await calls.begin(adaptable, signal)
    try {
      const promptBytes = Buffer.byteLength(promptText)
      const json = await response.text(Math.min(MAX_WHOLE_BODY_BYTES, maxCountBytes(promptBytes)))
      const isTooLarge = exceedsJsonLimits(json, MAX_EVENT_MEMBERS + promptBytes)
      const count = isTooLarge ? null : reader.readCount(parseJson(json))
      if (count !== null) return count
      throw new UpstreamFailure('unexpected-response', `${origin.address} responded without a token count`)
    } finally {
      release()
    }
  }
}

function checkPromptLength(promptTokens: number, windowTokens: number): void {
  if (promptTokens >= windowTokens) throw CompletionError.promptTooLong(promptTokens, windowTokens - 1)
}

/** Of English text and most tokenizers. */
const BYTES_PER_TOKEN = 4

function estimatedTokens({ text }: Prompt): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}

function checkEstimatedLength(prompt: Prompt, windowTokens: number): void {
  const tokens = estimatedTokens(prompt)
  if (tokens >= windowTokens) throw CompletionError.promptTooLong(tokens, windowTokens - 1, true)
}

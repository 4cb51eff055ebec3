import { CompletionError } from '../completion/completion-error.ts'
import { type CompletionEvent, isDelta } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { UsageRecord } from './usage-record.ts'

/**
 * Is told of tokens as they are handed on.
 *
 * @param tokens how many came together, at least 1
 * @param sinceLastMs since those before them; null for the first of a completion
 */
export type TokenObserver = (tokens: number, sinceLastMs: number | null) => void

/** Watches the events of one request and makes its usage record. */
export class UsageMeter {
  readonly #request: CompletionRequest
  readonly #nowMs: () => number
  readonly #observeTokens: TokenObserver | undefined
  readonly #startedMs: number
  #promptTokens: number | null = 0
  #reusedPromptTokens = 0
  #completionTokens = 0
  #lastTokensMs: number | null = null
  #queueMs: number | null = null
  #timeToFirstTokenMs: number | null = null
  #outcome: UsageRecord['outcome'] = 'cancelled'

  /** @param nowMs a clock that never goes back, in milliseconds */
  constructor(request: CompletionRequest, nowMs: () => number, observeTokens?: TokenObserver) {
    this.#request = request
    this.#nowMs = nowMs
    this.#observeTokens = observeTokens
    this.#startedMs = nowMs()
  }

  observe(event: CompletionEvent): void {
    if (isDelta(event)) {
      this.#countTokens(event.completionTokens)
      return
    }
    switch (event.type) {
      case 'completion-start':
        this.#promptTokens = event.promptTokens
        break
      case 'prefill-start':
        this.#reusedPromptTokens = event.reusedPromptTokens
        this.#queueMs = Math.max(0, roundedMs(this.#elapsedMs() - (event.agoMs ?? 0)))
        break
      case 'prompt-usage':
        this.#promptTokens = event.promptTokens
        this.#reusedPromptTokens = event.reusedPromptTokens
        break
      case 'completion-end':
        this.#outcome = event.stopReason
        break
    }
  }

  fail(error: unknown): void {
    this.#outcome = error instanceof CompletionError ? error.code : 'engine-failed'
  }

  /** The record; with no end and no failure seen, the reader went away. */
  finish(): UsageRecord {
    return {
      modelId: this.#request.modelId,
      promptTokens: this.#promptTokens,
      reusedPromptTokens: this.#reusedPromptTokens,
      completionTokens: this.#completionTokens,
      outcome: this.#outcome,
      queueMs: this.#queueMs,
      prefillMs: this.#prefillMs(),
      timeToFirstTokenMs: this.#timeToFirstTokenMs,
      totalMs: this.#elapsedMs(),
    }
  }

  #countTokens(tokens: number): void {
    const nowMs = this.#nowMs()
    this.#completionTokens += tokens
    this.#timeToFirstTokenMs ??= roundedMs(nowMs - this.#startedMs)
    if (tokens === 0) return
    this.#observeTokens?.(tokens, this.#lastTokensMs === null ? null : nowMs - this.#lastTokensMs)
    this.#lastTokensMs = nowMs
  }

  #prefillMs(): number | null {
    if (this.#queueMs === null || this.#timeToFirstTokenMs === null) return null
    return roundedMs(this.#timeToFirstTokenMs - this.#queueMs)
  }

  #elapsedMs(): number {
    return roundedMs(this.#nowMs() - this.#startedMs)
  }
}

/** Milliseconds without the digits that no clock has. */
function roundedMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

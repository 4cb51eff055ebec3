import { CompletionError } from '../completion/completion-error.ts'
import { type CompletionEvent, isDelta } from '../completion/completion-event.ts'
import {
  type CachedTokens,
  type CompletionIdentity,
  NOTHING_CACHED,
  type UsageRecord,
} from './usage-record.ts'

/**
 * Called with the number of tokens that were generated together, as they are passed on.
 *
 * @param tokens at least 1
 * @param sinceLastMs since the tokens before them; null for the first of a completion
 */
export type TokenObserver = (tokens: number, sinceLastMs: number | null) => void

/** Measures one completion by its events. */
export class UsageMeter {
  readonly #identity: CompletionIdentity
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

  /** @param nowMs a monotonic clock, in milliseconds */
  constructor(identity: CompletionIdentity, nowMs: () => number, observeTokens?: TokenObserver) {
    this.#identity = identity
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

  /** The prompt's tokens as far as they are known. */
  get promptTokens(): number | null {
    return this.#promptTokens
  }

  get completionTokens(): number {
    return this.#completionTokens
  }

  /** What was used so far. The outcome is `cancelled` until an end or a failure was observed. */
  usage(cached: CachedTokens = NOTHING_CACHED): UsageRecord {
    const { cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = cached
    return {
      ...this.#identity,
      cacheReadTokens,
      cacheWrite5mTokens,
      cacheWrite1hTokens,
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

/** Milliseconds, rounded to what clocks measure. */
function roundedMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

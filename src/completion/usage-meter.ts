import { CompletionError } from './completion-error.ts'
import { type CompletionEvent, isDelta } from './completion-event.ts'
import type { CompletionRequest } from './completion-request.ts'
import type { UsageRecord } from './usage-record.ts'

/** Watches the events of one request and makes its usage record. */
export class UsageMeter {
  readonly #request: CompletionRequest
  readonly #nowMs: () => number
  readonly #startedMs: number
  #promptTokens: number | null = 0
  #reusedPromptTokens = 0
  #completionTokens = 0
  #queueMs: number | null = null
  #timeToFirstTokenMs: number | null = null
  #outcome: UsageRecord['outcome'] = 'cancelled'

  /** @param nowMs a clock that never goes back, in milliseconds */
  constructor(request: CompletionRequest, nowMs: () => number) {
    this.#request = request
    this.#nowMs = nowMs
    this.#startedMs = nowMs()
  }

  observe(event: CompletionEvent): void {
    if (isDelta(event)) {
      this.#completionTokens += event.completionTokens
      this.#timeToFirstTokenMs ??= this.#elapsedMs()
      return
    }
    switch (event.type) {
      case 'completion-start':
        this.#promptTokens = event.promptTokens
        break
      case 'prefill-start':
        this.#reusedPromptTokens = event.reusedPromptTokens
        this.#queueMs = this.#elapsedMs()
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
      timeToFirstTokenMs: this.#timeToFirstTokenMs,
      totalMs: this.#elapsedMs(),
    }
  }

  #elapsedMs(): number {
    return Math.round((this.#nowMs() - this.#startedMs) * 1000) / 1000
  }
}

import { type CompletionEvent, isDelta } from './completion-event.ts'

export class TokenCounts {
  /** Null until the engine reports it. */
  promptTokens: number | null = null
  reusedPromptTokens = 0
  /** What the engine charged as read from its cache; 0 unless it reports that. */
  cacheReadTokens = 0
  completionTokens = 0
  /** Of the completion's tokens, those of thinking. */
  thinkingTokens = 0

  observe(event: CompletionEvent): void {
    if (isDelta(event)) this.completionTokens += event.completionTokens
    if (event.type === 'thinking-delta') this.thinkingTokens += event.completionTokens
    if ('promptTokens' in event) this.promptTokens = event.promptTokens
    if (event.type === 'prompt-usage') this.cacheReadTokens = event.cacheReadTokens ?? 0
    if ('reusedPromptTokens' in event) this.reusedPromptTokens = event.reusedPromptTokens
  }
}

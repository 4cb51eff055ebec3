import { type CompletionEvent, isDelta } from './completion-event.ts'

export class TokenCounts {
  /** Null until the engine reports it. */
  promptTokens: number | null = null
  reusedPromptTokens = 0
  completionTokens = 0

  observe(event: CompletionEvent): void {
    if (isDelta(event)) this.completionTokens += event.completionTokens
    if ('promptTokens' in event) this.promptTokens = event.promptTokens
    if ('reusedPromptTokens' in event) this.reusedPromptTokens = event.reusedPromptTokens
  }
}

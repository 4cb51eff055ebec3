import { type CompletionEvent, isDelta } from './completion-event.ts'

/** Counts the tokens of a completion as its events come. */
export class TokenCounts {
  /** Null as long as nobody has told. */
  promptTokens: number | null = null
  reusedPromptTokens = 0
  completionTokens = 0

  observe(event: CompletionEvent): void {
    if (isDelta(event)) this.completionTokens += event.completionTokens
    if ('promptTokens' in event) this.promptTokens = event.promptTokens
    if ('reusedPromptTokens' in event) this.reusedPromptTokens = event.reusedPromptTokens
  }
}

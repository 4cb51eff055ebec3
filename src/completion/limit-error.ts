import type { LimitStatus } from './admission.ts'
import { CompletionError, type CompletionErrorCode } from './completion-error.ts'

/** A request that a limit of its organization, workspace or key refuses. */
export class LimitError extends CompletionError {
  readonly status: LimitStatus

  constructor(
    code: Extract<CompletionErrorCode, 'rate-limited' | 'larger-than-limit' | 'spend-limited'>,
    message: string,
    { status, retryAfterMs }: { readonly status: LimitStatus; readonly retryAfterMs: number | null },
  ) {
    super(code, message, { retryAfterMs })
    this.status = status
  }
}

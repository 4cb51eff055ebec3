import { CompletionError } from '../../completion/completion-error.ts'
import { LimitError } from '../../completion/limit-error.ts'
import type { FaultRule } from '../../faults/fault.ts'
import { ApiError } from '../../wire/api-error.ts'

const DEFAULT_RETRY_AFTER_SECONDS = 1
/** Figures that the headers of a refused request show. */
const REQUESTS_LIMIT = 50
const TOKENS_LIMIT = 40_000

/** The error of a fault that refuses a request; null for one that does something else. */
export function faultError({ fault, message, retryAfterSeconds }: FaultRule, modelId: string): Error | null {
  switch (fault) {
    case 'rate-limited':
      return rateLimited(message, (retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS) * 1_000)
    case 'overloaded': {
      const retryAfterMs = retryAfterSeconds === undefined ? null : retryAfterSeconds * 1_000
      return new CompletionError('overloaded', message ?? 'Overloaded', { retryAfterMs })
    }
    case 'failed':
      return new CompletionError('engine-failed', message ?? 'Internal server error')
    case 'timed-out':
      return new ApiError('timed-out', message ?? 'Request timed out')
    case 'unauthenticated':
      return new ApiError('unauthenticated', message ?? 'invalid x-api-key')
    case 'forbidden':
      return new ApiError(
        'workspace-refused',
        message ?? 'Your API key does not have permission to use the specified resource',
      )
    case 'not-found':
      return new CompletionError('model-not-found', message ?? `model: ${modelId}`)
    case 'too-large':
      return new ApiError('request-too-large', message ?? 'Request exceeds the maximum size')
    case 'spend-limit':
      return new CompletionError(
        'spend-limited',
        message ?? 'You have reached your specified workspace API usage limits.',
      )
    default:
      return null
  }
}

function rateLimited(
  message = 'This request would exceed the rate limit of your organization',
  retryAfterMs: number,
): LimitError {
  const fullAtMs = Date.now() + retryAfterMs
  const none = { remaining: 0, fullAtMs }
  const tokens = { limit: TOKENS_LIMIT, ...none }
  const status = {
    requests: { limit: REQUESTS_LIMIT, ...none },
    ...{ tokens, inputTokens: tokens, outputTokens: tokens },
  }
  return new LimitError('rate-limited', message, { status, retryAfterMs })
}

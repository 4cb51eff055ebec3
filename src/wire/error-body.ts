import { AccountError, type AccountErrorCode } from '../accounts/account-error.ts'
import { CompletionError, type CompletionErrorCode } from '../completion/completion-error.ts'
import { ApiError, type ApiErrorCode } from './api-error.ts'

/** The response to one kind of error. */
export interface ErrorRule {
  /** HTTP status. */
  readonly status: number
  /** `error.type` of the body. */
  readonly type: string
  /** What `x-should-retry` says; null leaves the decision to the client, which goes by the status. */
  readonly shouldRetry: boolean | null
  /** What `retry-after` says, in seconds; null sends none. */
  readonly retryAfterSeconds: number | null
  /** Whether its cause is on this side, so that the operator must read of it in the log. */
  readonly isServerFault: boolean
  /** `error.details` of the body, for errors that clients distinguish by it. */
  readonly details?: object
}

/** An error with its response. */
export interface DescribedError extends ErrorRule {
  /** What the caller reads. */
  readonly message: string
}

const INVALID_REQUEST: ErrorRule = {
  status: 400,
  type: 'invalid_request_error',
  shouldRetry: false,
  retryAfterSeconds: null,
  isServerFault: false,
}
const UNAUTHENTICATED: ErrorRule = { ...INVALID_REQUEST, status: 401, type: 'authentication_error' }
const NOT_FOUND: ErrorRule = { ...INVALID_REQUEST, status: 404, type: 'not_found_error' }
const FORBIDDEN: ErrorRule = { ...INVALID_REQUEST, status: 403, type: 'permission_error' }
const FAILED: ErrorRule = {
  status: 500,
  type: 'api_error',
  shouldRetry: true,
  retryAfterSeconds: null,
  isServerFault: true,
}
const OVERLOADED: ErrorRule = {
  status: 529,
  type: 'overloaded_error',
  shouldRetry: true,
  retryAfterSeconds: 1,
  isServerFault: false,
}

const RATE_LIMITED: ErrorRule = {
  status: 429,
  type: 'rate_limit_error',
  shouldRetry: true,
  retryAfterSeconds: 60,
  isServerFault: false,
}

/** The longest wait that is asked of a client. */
const MAX_RETRY_AFTER_SECONDS = 86_400

/** Every code of the domain, of accounts and of this folder. A code without a rule does not compile. */
const ERROR_RULES: Record<CompletionErrorCode | ApiErrorCode | AccountErrorCode, ErrorRule> = {
  'invalid-request': INVALID_REQUEST,
  'invalid-prompt': INVALID_REQUEST,
  'prompt-too-long': INVALID_REQUEST,
  'model-not-found': NOT_FOUND,
  'not-ready': { ...OVERLOADED, retryAfterSeconds: 5 },
  overloaded: OVERLOADED,
  'engine-failed': FAILED,
  'engine-unauthorized': { ...UNAUTHENTICATED, isServerFault: true },
  'engine-unpaid': { ...INVALID_REQUEST, status: 402, type: 'billing_error', isServerFault: true },
  'engine-forbidden': { ...FORBIDDEN, isServerFault: true },
  'engine-not-found': { ...NOT_FOUND, isServerFault: true },
  // No client reads it; 499 is what proxies log for a client that disconnected.
  cancelled: { ...FAILED, status: 499, shouldRetry: false, isServerFault: false },
  'rate-limited': RATE_LIMITED,
  'larger-than-limit': { ...RATE_LIMITED, shouldRetry: false, retryAfterSeconds: null },
  // SDKs repeat a 429 unless it says that they should not.
  'spend-limited': {
    ...RATE_LIMITED,
    shouldRetry: false,
    retryAfterSeconds: null,
    details: { error_code: 'enforced_spend_limit_reached' },
  },
  unauthenticated: UNAUTHENTICATED,
  'cross-origin-refused': UNAUTHENTICATED,
  'workspace-refused': FORBIDDEN,
  'login-failed': UNAUTHENTICATED,
  'console-request-refused': FORBIDDEN,
  'scope-missing': { ...FORBIDDEN, details: { error_code: 'api_key_scope_missing' } },
  'host-refused': FORBIDDEN,
  'invalid-header': INVALID_REQUEST,
  'malformed-http': INVALID_REQUEST,
  'malformed-json': INVALID_REQUEST,
  'body-encoding-unsupported': {
    ...INVALID_REQUEST,
    details: { error_code: 'request_body_encoding_unsupported' },
  },
  'request-too-large': { ...INVALID_REQUEST, status: 413, type: 'request_too_large' },
  'request-timed-out': { ...INVALID_REQUEST, status: 408, shouldRetry: true },
  'timed-out': { ...FAILED, status: 504, type: 'timeout_error', isServerFault: false },
  // Clients that like threads, as official tool runners since November 2026, do without one then.
  'thread-refused': {
    ...INVALID_REQUEST,
    details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
  },
  'batch-not-found': NOT_FOUND,
  'file-not-found': NOT_FOUND,
  'skill-not-found': NOT_FOUND,
  'prompt-not-found': NOT_FOUND,
  'file-expired': { ...NOT_FOUND, details: { error_code: 'file_expired' } },
  'file-not-downloadable': { ...INVALID_REQUEST, details: { error_code: 'file_not_downloadable' } },
  'storage-quota-exceeded': { ...INVALID_REQUEST, details: { error_code: 'storage_quota_exceeded' } },
  'route-not-found': NOT_FOUND,
  'method-not-allowed': { ...INVALID_REQUEST, status: 405 },
  'account-not-found': NOT_FOUND,
  'account-request-invalid': INVALID_REQUEST,
  'account-name-taken': { ...INVALID_REQUEST, status: 409, type: 'conflict_error' },
  'already-member': { ...INVALID_REQUEST, details: { error_code: 'already_member' } },
  'invite-already-exists': { ...INVALID_REQUEST, details: { error_code: 'invite_already_exists' } },
  'cannot-remove-last-member': { ...INVALID_REQUEST, details: { error_code: 'cannot_remove_last_member' } },
}

/** The response to an error. An unexpected error reveals nothing about itself. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof CompletionError) {
    const rule = ERROR_RULES[error.code]
    return { ...rule, retryAfterSeconds: retryAfterSeconds(error, rule), message: error.message }
  }
  if (error instanceof ApiError || error instanceof AccountError)
    return { ...ERROR_RULES[error.code], message: error.message }
  return { ...FAILED, shouldRetry: null, message: 'Internal server error' }
}

/** The engine's own wait goes before the usual one, as long as it makes sense to try again. */
function retryAfterSeconds({ retryAfterMs }: CompletionError, rule: ErrorRule): number | null {
  if (retryAfterMs === null || rule.shouldRetry !== true) return rule.retryAfterSeconds
  return Math.min(MAX_RETRY_AFTER_SECONDS, Math.ceil(retryAfterMs / 1000))
}

/**
 * The error envelope.
 *
 * @see the API's reference, "Errors"
 */
export function errorBody(error: DescribedError, requestId: string): object {
  const { type, message, details } = error
  // The real API's edge sends this one, in its own older form.
  if (type === 'request_too_large') return { error: { type, message } }
  const described = details === undefined ? { type, message } : { type, message, details }
  return { type: 'error', error: described, request_id: requestId }
}

import { CompletionError, type CompletionErrorCode } from '../../../completion/completion-error.ts'
import type { LengthRefusal } from './read-length-refusal.ts'

/** The ways in which an upstream can fail. */
export type UpstreamFailureKind =
  | 'unreachable'
  | 'connection-lost'
  | 'first-byte-timeout'
  | 'idle-timeout'
  | 'credentials-refused'
  | 'unpaid'
  | 'forbidden'
  | 'not-found'
  | 'request-refused'
  | 'request-too-long'
  | 'timed-out-there'
  | 'overloaded'
  | 'unavailable'
  | 'server-error'
  | 'unexpected-response'
  | 'malformed-event'
  | 'malformed-tool-call'
  | 'early-end'
  | 'endless-response'

interface FailureRule {
  readonly code: CompletionErrorCode
  /** For the client. */
  readonly message: string
  /** Whether another attempt may help, as long as no part of a response has arrived. */
  readonly isRetryable: boolean
  /** Whether the replica is at fault and is ejected. */
  readonly isReplicaFault: boolean
}

const FAILED: FailureRule = {
  code: 'engine-failed',
  message: 'The upstream engine failed.',
  isRetryable: false,
  isReplicaFault: true,
}
/** Only the operator of this server can change what its upstream refuses. */
function refusedServer(code: CompletionErrorCode, what: string): FailureRule {
  const message = `The upstream engine refused this server: ${what}. Its operator has to see to that.`
  return { code, message, isRetryable: false, isReplicaFault: false }
}
const REFUSED: FailureRule = {
  code: 'invalid-request',
  message: 'The upstream engine refused the request.',
  isRetryable: false,
  isReplicaFault: false,
}

/**
 * A request that may have crashed an upstream is not sent again; clients may do so. A request that the upstream never
 * read may be sent again.
 */
const FAILURE_RULES: Record<UpstreamFailureKind, FailureRule> = {
  unreachable: { ...FAILED, message: 'The upstream engine cannot be reached.', isRetryable: true },
  'connection-lost': {
    ...FAILED,
    message: 'The connection to the upstream engine was lost.',
    isRetryable: true,
  },
  'first-byte-timeout': { ...FAILED, message: 'The upstream engine did not start to respond in time.' },
  'idle-timeout': { ...FAILED, message: 'The upstream engine fell silent in the middle of its response.' },
  'credentials-refused': refusedServer('engine-unauthorized', 'its credentials are wrong'),
  unpaid: refusedServer('engine-unpaid', 'its account has no credit'),
  forbidden: refusedServer('engine-forbidden', 'it may not use this model'),
  'not-found': refusedServer('engine-not-found', 'there is no such model or path'),
  'request-refused': REFUSED,
  'request-too-long': REFUSED,
  'timed-out-there': { ...FAILED, isRetryable: true, isReplicaFault: false },
  overloaded: { code: 'overloaded', message: 'Overloaded', isRetryable: true, isReplicaFault: false },
  unavailable: { code: 'overloaded', message: 'Overloaded', isRetryable: true, isReplicaFault: true },
  'server-error': FAILED,
  'unexpected-response': { ...FAILED, isReplicaFault: false },
  'malformed-event': { ...FAILED, message: 'The upstream engine sent something that cannot be read.' },
  // The model's fault. Clients repeat what fails with a 500, and models their mistakes.
  'malformed-tool-call': {
    ...REFUSED,
    message:
      'The model called a tool in a way that cannot be read: its input is no JSON object, or no tool is named. Let it choose whether to call a tool, simplify the input schema, or use another model.',
  },
  'early-end': { ...FAILED, message: 'The upstream engine ended its response too early.' },
  'endless-response': { ...FAILED, message: 'The upstream engine sent more than was requested.' },
}

/** Details of a failure. */
export interface UpstreamFailureDetails {
  readonly cause?: unknown
  /** The wait that the upstream asks for. */
  readonly retryAfterMs?: number
  /** The upstream's own text. For the client only, never for a log. */
  readonly textForClient?: string
  readonly length?: LengthRefusal
  /** Whether a refused number of completion tokens is too large for any prompt. */
  readonly isLimitOfModel?: boolean
}

/** An upstream failed. `message` is for the log and contains nothing of a prompt or completion. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure'
  readonly kind: UpstreamFailureKind
  readonly retryAfterMs: number | null
  readonly length: LengthRefusal | null
  readonly isLimitOfModel: boolean
  readonly #textForClient: string | null

  constructor(kind: UpstreamFailureKind, message: string, details: UpstreamFailureDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.kind = kind
    this.retryAfterMs = details.retryAfterMs ?? null
    this.length = details.length ?? null
    this.isLimitOfModel = details.isLimitOfModel ?? false
    this.#textForClient = details.textForClient ?? null
  }

  /** The upstream's text about a request that it refuses, however it was shortened; null for other failures. */
  get refusalText(): string | null {
    return this.kind === 'request-refused' ? this.#textForClient : null
  }

  get isRetryable(): boolean {
    return FAILURE_RULES[this.kind].isRetryable
  }

  get isReplicaFault(): boolean {
    return FAILURE_RULES[this.kind].isReplicaFault
  }

  /** The same as an error of the domain. */
  toCompletionError(): CompletionError {
    if (this.kind === 'request-too-long') return this.#tooLong()
    const { code, message } = FAILURE_RULES[this.kind]
    const text = code === 'invalid-request' ? (this.#textForClient ?? message) : message
    return new CompletionError(code, text, { cause: this, retryAfterMs: this.retryAfterMs })
  }

  #tooLong(): CompletionError {
    const text = this.#textForClient ?? FAILURE_RULES[this.kind].message
    const { promptTokens = null, contextWindowTokens = null, maxCompletionTokens = null } = this.length ?? {}
    const isPromptFine = maxCompletionTokens !== null || isBelow(promptTokens, contextWindowTokens)
    if (isPromptFine) return new CompletionError('invalid-request', text, { cause: this })
    if (promptTokens !== null && contextWindowTokens !== null) {
      return CompletionError.promptTooLong(promptTokens, contextWindowTokens - 1)
    }
    return CompletionError.promptTooLongFor(text, this)
  }
}

function isBelow(promptTokens: number | null, windowTokens: number | null): boolean {
  return promptTokens !== null && windowTokens !== null && promptTokens < windowTokens
}

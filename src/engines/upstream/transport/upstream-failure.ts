import { CompletionError, type CompletionErrorCode } from '../../../completion/completion-error.ts'
import type { LengthRefusal } from './read-length-refusal.ts'

/** Every way in which an upstream can fail. */
export type UpstreamFailureKind =
  | 'unreachable'
  | 'connection-lost'
  | 'first-byte-timeout'
  | 'idle-timeout'
  | 'credentials-refused'
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
  /** What the caller reads. */
  readonly message: string
  /** Whether another attempt may help, as long as nothing of an answer has arrived. */
  readonly isRetryable: boolean
  /** Whether the replica is to blame, and is set aside. */
  readonly isReplicaFault: boolean
}

const FAILED: FailureRule = {
  code: 'engine-failed',
  message: 'The upstream engine failed.',
  isRetryable: false,
  isReplicaFault: true,
}
const MISCONFIGURED: FailureRule = {
  ...FAILED,
  message: 'The upstream engine does not accept the requests of this server.',
  isReplicaFault: false,
}
const REFUSED: FailureRule = {
  code: 'invalid-request',
  message: 'The upstream engine refused the request.',
  isRetryable: false,
  isReplicaFault: false,
}

/**
 * A request that an upstream may have died of is not sent again by us: that is left to the caller. What was never
 * read over there may be sent again.
 */
const FAILURE_RULES: Record<UpstreamFailureKind, FailureRule> = {
  unreachable: { ...FAILED, message: 'The upstream engine cannot be reached.', isRetryable: true },
  'connection-lost': {
    ...FAILED,
    message: 'The connection to the upstream engine was lost.',
    isRetryable: true,
  },
  'first-byte-timeout': { ...FAILED, message: 'The upstream engine did not begin to answer in time.' },
  'idle-timeout': { ...FAILED, message: 'The upstream engine fell silent in the middle of its answer.' },
  'credentials-refused': MISCONFIGURED,
  'not-found': MISCONFIGURED,
  'request-refused': REFUSED,
  'request-too-long': REFUSED,
  'timed-out-there': { ...FAILED, isRetryable: true, isReplicaFault: false },
  overloaded: { code: 'overloaded', message: 'Overloaded', isRetryable: true, isReplicaFault: false },
  unavailable: { code: 'overloaded', message: 'Overloaded', isRetryable: true, isReplicaFault: true },
  'server-error': FAILED,
  'unexpected-response': { ...FAILED, isReplicaFault: false },
  'malformed-event': { ...FAILED, message: 'The upstream engine sent something that cannot be read.' },
  // The model's fault, and drawn by chance: the caller may well ask again.
  'malformed-tool-call': {
    ...FAILED,
    message: 'The upstream engine called a tool in a way that cannot be read.',
    isReplicaFault: false,
  },
  'early-end': { ...FAILED, message: 'The upstream engine ended its answer too early.' },
  'endless-response': { ...FAILED, message: 'The upstream engine sent more than it was asked for.' },
}

/** What is known of a failure beside its kind. */
export interface UpstreamFailureDetails {
  readonly cause?: unknown
  /** What the upstream asks to wait. */
  readonly retryAfterMs?: number
  /** What the upstream wrote to whoever sent the request. Given to the caller alone, never to a log. */
  readonly textForCaller?: string
  readonly length?: LengthRefusal
}

/** Something went wrong with an upstream. `message` is for the log and holds nothing of a prompt or completion. */
export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure'
  readonly kind: UpstreamFailureKind
  readonly retryAfterMs: number | null
  readonly length: LengthRefusal | null
  readonly #textForCaller: string | null

  constructor(kind: UpstreamFailureKind, message: string, details: UpstreamFailureDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause })
    this.kind = kind
    this.retryAfterMs = details.retryAfterMs ?? null
    this.length = details.length ?? null
    this.#textForCaller = details.textForCaller ?? null
  }

  get isRetryable(): boolean {
    return FAILURE_RULES[this.kind].isRetryable
  }

  get isReplicaFault(): boolean {
    return FAILURE_RULES[this.kind].isReplicaFault
  }

  /** The same in the words of the domain. */
  toCompletionError(): CompletionError {
    const { code, message } = FAILURE_RULES[this.kind]
    const text = code === 'invalid-request' ? (this.#textForCaller ?? message) : message
    return new CompletionError(code, text, { cause: this })
  }
}

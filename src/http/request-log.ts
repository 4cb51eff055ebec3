import { performance } from 'node:perf_hooks'
import type { Caller } from '../completion/caller.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { CodedError } from '../util/coded-error.ts'
import { describeError } from '../wire/error-body.ts'
import { failureReason } from './failure-reason.ts'

/** The methods of a logger that are used here; pino's has them. */
export interface Logger {
  debug?(fields: object, message: string): void
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What the log contains of a completion. */
export interface CompletionLogFields
  extends Pick<
    UsageRecord,
    | 'modelId'
    | 'promptTokens'
    | 'reusedPromptTokens'
    | 'completionTokens'
    | 'outcome'
    | 'queueMs'
    | 'prefillMs'
    | 'timeToFirstTokenMs'
  > {
  readonly stream: boolean
}

/** The fields of a completion's record that are logged. */
export function completionLogFields(record: UsageRecord, stream: boolean): CompletionLogFields {
  const { modelId, promptTokens, reusedPromptTokens, completionTokens, outcome } = record
  const { queueMs, prefillMs, timeToFirstTokenMs } = record
  return {
    modelId,
    promptTokens,
    reusedPromptTokens,
    completionTokens,
    outcome,
    queueMs,
    prefillMs,
    timeToFirstTokenMs,
    stream,
  }
}

/**
 * The line that is logged for a request. It holds nothing of its prompt or completion. That of a failure also has the path and
 * the model that were asked for.
 */
export interface RequestLogFields extends Partial<CompletionLogFields> {
  readonly requestId: string
  readonly method: string
  /** The route's pattern. Not the path, which clients make up. */
  readonly route: string
  /** Of the key that it was sent with; omitted where the server does not know it. */
  readonly apiKeyId?: string
  /** Omitted also for keys of the Admin API, which belong to no workspace. */
  readonly workspaceId?: string
  /** Of the trace that the request belongs to, and of its span in it; omitted where there is none. */
  readonly traceId?: string
  readonly spanId?: string
  readonly status: number
  /** Of a request that failed: `error.type` of its response, and the code of the error. */
  readonly errorType?: string
  readonly errorCode?: string
  /** Why it failed, without what that quotes. */
  readonly reason?: string
  /** From the request's arrival to the end of its response. */
  readonly totalMs: number
}

/** Observes requests besides the log. */
export interface RequestObserver {
  /** Called when a request arrives. */
  begin(): void
  /** Called once for each request that began, when its response has ended. */
  end(request: RequestLogFields): void
}

/** What is known of a request when it arrives. */
export type RequestIdentity = Pick<RequestLogFields, 'requestId' | 'method' | 'route' | 'traceId' | 'spanId'>

/** What monitors ask for every few seconds: their lines are for debugging, unless they fail. */
const MONITORED_ROUTES: ReadonlySet<string> = new Set(['/health', '/metrics'])
/** Most of a path, and of a model's id, that is logged. */
const MAX_LOGGED_UNITS = 256

/** Logs one request, when its response has ended. */
export class RequestLog {
  readonly #logger: Logger
  readonly #observer: RequestObserver | undefined
  readonly #identity: RequestIdentity
  readonly #startedMs = performance.now()
  /** Set by the route of a completion, as far as it is known. */
  completion: CompletionLogFields | undefined
  #caller: Pick<RequestLogFields, 'apiKeyId' | 'workspaceId'> = {}
  readonly #path: string
  #requestedModel: string | undefined
  #failure: Pick<RequestLogFields, 'errorType' | 'errorCode' | 'reason'> = {}

  /** @param path of the request, which is logged if it fails */
  constructor(identity: RequestIdentity, path: string, logger: Logger, observer?: RequestObserver) {
    this.#identity = identity
    this.#path = path
    this.#logger = logger
    this.#observer = observer
    observer?.begin()
  }

  /** Notes whose request it is. */
  identified({ apiKeyId, workspaceId }: Caller): void {
    if (apiKeyId === null) return
    this.#caller = workspaceId === '' ? { apiKeyId } : { apiKeyId, workspaceId }
  }

  /** Notes which model its body asks for. */
  requested(model: unknown): void {
    if (typeof model === 'string') this.#requestedModel = model.slice(0, MAX_LOGGED_UNITS)
  }

  /** Writes the line. */
  finish(status: number): void {
    const fields: RequestLogFields = {
      ...this.#identity,
      ...this.#caller,
      status,
      totalMs: Math.round((performance.now() - this.#startedMs) * 1000) / 1000,
      ...this.completion,
      ...this.#failure,
    }
    const line = { ...this.#asked(), ...fields }
    const isMonitored = MONITORED_ROUTES.has(this.#identity.route) && status < 400
    if (isMonitored) this.#logger.debug?.(line, 'request')
    else this.#logger.info(line, 'request')
    // Without what clients make up: what is measured has bounded labels.
    this.#observer?.end(fields)
  }

  /**
   * Notes why the request failed, by the code of the error: its message may quote the request. Errors of the server's own
   * are also logged as a whole.
   */
  failed(error: unknown): void {
    const { type, isServerFault } = describeError(error)
    const reason = failureReason(error)
    this.#failure = {
      errorType: type,
      errorCode: errorCodeOf(error),
      ...(reason === undefined ? {} : { reason }),
    }
    if (!isServerFault) return
    this.#logger.error({ requestId: this.#identity.requestId, err: error }, 'request failed')
  }

  /** What a request that failed asked for. */
  #asked(): { readonly path?: string; readonly modelId?: string } {
    if (this.#failure.errorCode === undefined) return {}
    const model = this.#requestedModel === undefined ? {} : { modelId: this.#requestedModel }
    return { path: this.#path.slice(0, MAX_LOGGED_UNITS), ...model }
  }
}

/** The code of an error in the log and in the rows of usage. */
export function errorCodeOf(error: unknown): string {
  return error instanceof CodedError ? error.code : 'internal-error'
}

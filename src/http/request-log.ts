import { performance } from 'node:perf_hooks'
import { CompletionError } from '../completion/completion-error.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { ApiError } from '../wire/api-error.ts'
import { describeError } from '../wire/error-body.ts'

/** What this room needs of a logger; pino's has it. */
export interface Logger {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What the route of a completion finds out about its request: all but the time, which is the request's own. */
export interface CompletionLogFields extends Omit<UsageRecord, 'totalMs'> {
  readonly stream: boolean
}

/** The one line that is written about a request. Never a word of its prompt or completion. */
export interface RequestLogFields extends Partial<CompletionLogFields> {
  readonly requestId: string
  readonly method: string
  /** The route's pattern, not the path that was asked for: paths are made by callers. */
  readonly route: string
  /** Of the trace that it belongs to, and its own place there; left out where there is none. */
  readonly traceId?: string
  readonly spanId?: string
  readonly status: number
  /** Of a request that failed: `error.type` of its response, and the code of the error. */
  readonly errorType?: string
  readonly errorCode?: string
  /** From the request's arrival to the end of its answer. */
  readonly totalMs: number
}

/** Who else wants to know of requests. */
export interface RequestObserver {
  /** One has arrived. */
  begin(): void
  /** One is answered to its end; every one that began comes here once. */
  end(request: RequestLogFields): void
}

/** What a request is known by from its arrival on. */
export type RequestIdentity = Pick<RequestLogFields, 'requestId' | 'method' | 'route' | 'traceId' | 'spanId'>

/** Writes the line of one request, when its answer ends. */
export class RequestLog {
  readonly #logger: Logger
  readonly #observer: RequestObserver | undefined
  readonly #identity: RequestIdentity
  readonly #startedMs = performance.now()
  /** Set by the route of a completion as soon as it knows. */
  completion: CompletionLogFields | undefined
  #isStreaming = false
  #failure: Pick<RequestLogFields, 'errorType' | 'errorCode'> = {}

  constructor(identity: RequestIdentity, logger: Logger, observer?: RequestObserver) {
    this.#identity = identity
    this.#logger = logger
    this.#observer = observer
    observer?.begin()
  }

  /** The answer goes on after its headers: {@link finish} is called by the stream. */
  startStream(): void {
    this.#isStreaming = true
  }

  /** The route has answered; the line is written unless a stream goes on. */
  responded(status: number): void {
    if (!this.#isStreaming) this.finish(status)
  }

  /** Writes the line. */
  finish(status: number): void {
    const fields: RequestLogFields = {
      ...this.#identity,
      status,
      totalMs: Math.round((performance.now() - this.#startedMs) * 1000) / 1000,
      ...this.completion,
      ...this.#failure,
    }
    this.#logger.info(fields, 'request')
    this.#observer?.end(fields)
  }

  /**
   * Notes why the request failed, by the code of the error: its message may quote the request. Errors of the server's own
   * are also logged as a whole.
   */
  failed(error: unknown): void {
    const { status, type } = describeError(error)
    this.#failure = { errorType: type, errorCode: codeOf(error) }
    if (status !== 500) return
    this.#logger.error({ requestId: this.#identity.requestId, err: error }, 'request failed')
  }
}

function codeOf(error: unknown): string {
  return error instanceof CompletionError || error instanceof ApiError ? error.code : 'internal-error'
}

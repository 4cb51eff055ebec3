import { performance } from 'node:perf_hooks'
import { describeError } from '../wire/error-body.ts'

/** What this room needs of a logger; pino's has it. */
export interface Logger {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What the route of a completion finds out about its request. */
export interface CompletionLogFields {
  readonly modelId: string
  readonly stream: boolean
  /** Null if the engine did not tell. */
  readonly promptTokens: number | null
  readonly completionTokens: number
  /** A stop reason, or the code of an error: a stream's status does not tell. */
  readonly outcome: string
}

/** The one line that is written about a request. Never a word of its prompt or completion. */
export interface RequestLogFields extends Partial<CompletionLogFields> {
  readonly requestId: string
  readonly method: string
  /** The route's pattern, not the path that was asked for: paths are made by callers. */
  readonly route: string
  readonly status: number
  /** From the request's arrival to the end of its answer. */
  readonly totalMs: number
}

/** Writes the line of one request, when its answer ends. */
export class RequestLog {
  readonly #logger: Logger
  readonly #requestId: string
  readonly #method: string
  readonly #startedMs = performance.now()
  /** Set by the route of a completion as soon as it knows. */
  completion: CompletionLogFields | undefined
  #isStreaming = false

  constructor(logger: Logger, requestId: string, method: string) {
    this.#logger = logger
    this.#requestId = requestId
    this.#method = method
  }

  /** The answer goes on after its headers: {@link finish} is called by the stream. */
  startStream(): void {
    this.#isStreaming = true
  }

  /** The route has answered; the line is written unless a stream goes on. */
  answered(route: string, status: number): void {
    if (!this.#isStreaming) this.finish(route, status)
  }

  /** Writes the line. */
  finish(route: string, status: number): void {
    const fields: RequestLogFields = {
      requestId: this.#requestId,
      method: this.#method,
      route,
      status,
      totalMs: Math.round(performance.now() - this.#startedMs),
      ...this.completion,
    }
    this.#logger.info(fields, 'request')
  }

  /** Keeps an error that is this server's own; what the caller did wrong, or an overload, is none. */
  failed(error: unknown): void {
    if (describeError(error).status !== 500) return
    this.#logger.error({ requestId: this.#requestId, err: error }, 'request failed')
  }
}

/** What this room needs of a logger; pino's has it. */
export interface Logger {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What is known of one request when its answer ends. */
export interface RequestLogFields {
  readonly requestId: string
  readonly method: string
  /** The route's pattern, never the path that was asked for: paths are made by callers. */
  readonly route: string
  readonly status: number
  /** From the request's arrival to the end of its answer. */
  readonly totalMs: number
  readonly modelId?: string
  readonly stream?: boolean
  readonly promptTokens?: number
  readonly completionTokens?: number
  /** A stop reason or the code of an error; what the status alone does not tell about a stream. */
  readonly outcome?: string
}

/** What the route of a completion finds out about its request. */
export type CompletionLogFields = Pick<
  RequestLogFields,
  'modelId' | 'stream' | 'promptTokens' | 'completionTokens' | 'outcome'
>

export const REQUESTS = '/continuo/requests'

/** A request as the log keeps it, without what was asked. */
export interface LoggedRequest {
  readonly id: string
  /** When it ended. */
  readonly at: string
  readonly workspaceId: string | null
  readonly apiKeyId: string | null
  readonly path: string
  readonly model: string
  readonly engineModel: string | null
  readonly serviceTier: string | null
  readonly isStream: boolean
  readonly status: number
  readonly stopReason: string | null
  readonly errorCode: string | null
  /** Those that no cache had. */
  readonly inputTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheCreationInputTokens: number
  readonly outputTokens: number
  readonly firstTokenMs: number | null
  readonly totalMs: number
  readonly outputTokensPerSecond: number | null
  readonly batchId: string | null
  readonly costUsd: string | null
}

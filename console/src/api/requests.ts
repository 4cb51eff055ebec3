/** A request of the log. It has no prompt and no completion. */
export interface LoggedRequest {
  readonly id: string
  readonly at: string
  readonly workspaceId: string | null
  readonly apiKeyId: string | null
  readonly path: string
  readonly model: string
  readonly engineModel: string | null
  readonly isStream: boolean
  readonly status: number
  readonly outcome: string
  readonly stopReason: string | null
  readonly errorCode: string | null
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

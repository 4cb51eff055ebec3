/** A request of the log. It has no prompt and no completion. */
export interface LoggedRequest {
  readonly id: string
  readonly endedAt: string
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
  /** Those that no cache had. */
  readonly uncachedInputTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheCreation: Readonly<Record<'ephemeral5mInputTokens' | 'ephemeral1hInputTokens', number>>
  readonly outputTokens: number
  readonly firstTokenMs: number | null
  readonly totalMs: number
  readonly outputTokensPerSecond: number | null
  readonly batchId: string | null
  readonly costUsd: string | null
}

/** Tokens that a request wrote to the cache. */
export function cacheWriteTokens({ cacheCreation }: LoggedRequest): number {
  return cacheCreation.ephemeral5mInputTokens + cacheCreation.ephemeral1hInputTokens
}

/** All tokens that a request sent. */
export function sentTokens(request: LoggedRequest): number {
  return request.uncachedInputTokens + request.cacheReadInputTokens + cacheWriteTokens(request)
}

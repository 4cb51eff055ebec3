import type { TableShape } from './table-shape.ts'

/** One row for each request that reached a model or was refused to a known key. Rows are kept for some weeks. */
export interface RequestsTable {
  requestId: string
  at: number
  workspaceId: string
  apiKeyId: string
  /** A user (`user_…`), a service account (`svac_…`) or `''`. */
  actorId: string
  path: string
  /** `messages_api`, `message_batches_api` or `claude_console`. */
  product: string
  /** The model id of the request, and the engine's own name of the model. */
  model: string
  engineModel: string
  serviceTier: string
  contextWindow: string
  inferenceGeo: string
  speed: string
  uncachedInputTokens: number
  cacheReadTokens: number
  cacheWrite5mTokens: number
  cacheWrite1hTokens: number
  outputTokens: number
  webSearches: number
  status: number
  outcome: string
  stopReason: string | null
  errorCode: string | null
  isStream: 0 | 1
  firstTokenMs: number | null
  totalMs: number
  batchId: string | null
  /** Costs are in nano-dollars, as of the price that was valid at the time. */
  uncachedInputCost: number
  cacheReadCost: number
  cacheWrite5mCost: number
  cacheWrite1hCost: number
  outputCost: number
  /** `validFrom` of that price; null where there was none. */
  priceFrom: number | null
}

export const REQUESTS: TableShape<RequestsTable> = {
  key: ['requestId'],
  columns: {
    requestId: 'text',
    at: 'integer',
    workspaceId: 'text',
    apiKeyId: 'text',
    actorId: 'text',
    path: 'text',
    product: 'text',
    model: 'text',
    engineModel: 'text',
    serviceTier: 'text',
    contextWindow: 'text',
    inferenceGeo: 'text',
    speed: 'text',
    uncachedInputTokens: 'integer',
    cacheReadTokens: 'integer',
    cacheWrite5mTokens: 'integer',
    cacheWrite1hTokens: 'integer',
    outputTokens: 'integer',
    webSearches: 'integer',
    status: 'integer',
    outcome: 'text',
    stopReason: 'text',
    errorCode: 'text',
    isStream: 'integer',
    firstTokenMs: 'integer',
    totalMs: 'integer',
    batchId: 'text',
    uncachedInputCost: 'integer',
    cacheReadCost: 'integer',
    cacheWrite5mCost: 'integer',
    cacheWrite1hCost: 'integer',
    outputCost: 'integer',
    priceFrom: 'integer',
  },
}

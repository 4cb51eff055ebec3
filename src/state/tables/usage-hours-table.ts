import type { TableShape } from './table-shape.ts'

/** Sums of requests by hour and by everything that reports can group by. They are kept for ever. */
export interface UsageHoursTable {
  /** The hour's start, in milliseconds. */
  hour: number
  workspaceId: string
  apiKeyId: string
  actorId: string
  model: string
  serviceTier: string
  contextWindow: string
  inferenceGeo: string
  speed: string
  product: string
  requests: number
  errors: number
  rateLimited: number
  uncachedInputTokens: number
  cacheReadTokens: number
  cacheWrite5mTokens: number
  cacheWrite1hTokens: number
  outputTokens: number
  webSearches: number
  /** Costs are in nano-dollars. */
  uncachedInputCost: number
  cacheReadCost: number
  cacheWrite5mCost: number
  cacheWrite1hCost: number
  outputCost: number
}

export const USAGE_HOURS: TableShape<UsageHoursTable> = {
  key: [
    'hour',
    'workspaceId',
    'apiKeyId',
    'actorId',
    'model',
    'serviceTier',
    'contextWindow',
    'inferenceGeo',
    'speed',
    'product',
  ],
  columns: {
    hour: 'integer',
    workspaceId: 'text',
    apiKeyId: 'text',
    actorId: 'text',
    model: 'text',
    serviceTier: 'text',
    contextWindow: 'text',
    inferenceGeo: 'text',
    speed: 'text',
    product: 'text',
    requests: 'integer',
    errors: 'integer',
    rateLimited: 'integer',
    uncachedInputTokens: 'integer',
    cacheReadTokens: 'integer',
    cacheWrite5mTokens: 'integer',
    cacheWrite1hTokens: 'integer',
    outputTokens: 'integer',
    webSearches: 'integer',
    uncachedInputCost: 'integer',
    cacheReadCost: 'integer',
    cacheWrite5mCost: 'integer',
    cacheWrite1hCost: 'integer',
    outputCost: 'integer',
  },
}

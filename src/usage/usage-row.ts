import type { RequestsTable } from '../state/tables/requests-table.ts'

/** What one request used, and what it cost: a row of the table `requests`. */
export type UsageRow = Readonly<RequestsTable>

/** The columns in the order in which a line of the journal has them. It is the format of version 1: never change it. */
export const USAGE_COLUMNS = [
  'requestId',
  'at',
  'workspaceId',
  'apiKeyId',
  'actorId',
  'path',
  'product',
  'model',
  'engineModel',
  'serviceTier',
  'contextWindow',
  'inferenceGeo',
  'speed',
  'uncachedInputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'outputTokens',
  'webSearches',
  'status',
  'outcome',
  'stopReason',
  'errorCode',
  'isStream',
  'firstTokenMs',
  'totalMs',
  'batchId',
  'uncachedInputCost',
  'cacheReadCost',
  'cacheWrite5mCost',
  'cacheWrite1hCost',
  'outputCost',
  'priceFrom',
] as const satisfies readonly (keyof UsageRow)[]

import type { TableShape } from './table-shape.ts'

export interface MessageBatchesTable {
  id: string
  workspaceId: string
  apiKeyId: string
  actorId: string
  state: 'creating' | 'running' | 'canceling' | 'ended'
  createdAt: number
  expiresAt: number
  cancelInitiatedAt: number | null
  endedAt: number | null
  archivedAt: number | null
  deletedAt: number | null
  /** The betas and the version of the API that the create call named; they hold for every request. */
  betas: string
  version: string
  total: number
  remaining: number
  succeeded: number
  errored: number
  canceled: number
  expired: number
  claimedAt: number | null
  /** The route that its requests are for. */
  path: '/v1/messages' | '/v1/complete' | '/v1/completions'
}

export const MESSAGE_BATCHES: TableShape<MessageBatchesTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    workspaceId: 'text',
    apiKeyId: 'text',
    actorId: 'text',
    state: 'text',
    createdAt: 'integer',
    expiresAt: 'integer',
    cancelInitiatedAt: 'integer',
    endedAt: 'integer',
    archivedAt: 'integer',
    deletedAt: 'integer',
    betas: 'text',
    version: 'text',
    total: 'integer',
    remaining: 'integer',
    succeeded: 'integer',
    errored: 'integer',
    canceled: 'integer',
    expired: 'integer',
    claimedAt: 'integer',
    path: 'text',
  },
}

import type { MessageBatch } from '../../batches/message-batch.ts'
import { timeBody, timeBodyOrNull } from '../admin/list-body.ts'

const STATUSES = {
  creating: 'in_progress',
  running: 'in_progress',
  canceling: 'canceling',
  ended: 'ended',
} as const satisfies Record<MessageBatch['state'], string>

/** @see the API's reference, "Retrieve a Message Batch". Until it has ended, all its requests count as processing. */
export function batchBody(batch: MessageBatch): object {
  const { id, state, total, succeeded, errored, canceled, expired } = batch
  const hasEnded = state === 'ended'
  return {
    id,
    type: 'message_batch',
    processing_status: STATUSES[state],
    request_counts: hasEnded
      ? { processing: 0, succeeded, errored, canceled, expired }
      : { processing: total, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
    ended_at: timeBodyOrNull(batch.endedAt),
    created_at: timeBody(batch.createdAt),
    expires_at: timeBody(batch.expiresAt),
    archived_at: timeBodyOrNull(batch.archivedAt),
    cancel_initiated_at: timeBodyOrNull(batch.cancelInitiatedAt),
    // Relative, since the server does not know by which address its clients reach it; SDKs resolve it.
    results_url: hasEnded && batch.archivedAt === null ? `/v1/messages/batches/${id}/results` : null,
  }
}

/** @see the API's reference, "Delete a Message Batch" */
export function batchDeletedBody(id: string): object {
  return { id, type: 'message_batch_deleted' }
}

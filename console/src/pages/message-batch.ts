export const BATCHES = '/v1/messages/batches'

export interface MessageBatch {
  readonly id: string
  readonly processingStatus: 'in_progress' | 'canceling' | 'ended'
  readonly requestCounts: BatchCounts
  readonly createdAt: string
  readonly endedAt: string | null
  readonly archivedAt: string | null
  readonly resultsUrl: string | null
}

/** How many requests of a batch have ended, and how. */
export interface BatchCounts {
  readonly processing: number
  readonly succeeded: number
  readonly errored: number
  readonly canceled: number
  readonly expired: number
}

/** All requests of a batch. */
export function batchTotal(counts: BatchCounts): number {
  return counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
}

/** "98 succeeded, 2 errored": what there is of each. */
export function describeCounts(counts: BatchCounts): string {
  const shown = Object.entries(counts).filter(([, count]) => count > 0)
  return shown.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ') || 'none'
}

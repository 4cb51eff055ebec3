/** The header that says how many requests have not ended, which the body only tells of all together. */
export const REMAINING_HEADER = 'continuo-requests-remaining'

/** What a server says of a batch, as its client reads it. */
export interface BatchProgress {
  readonly id: string
  readonly hasEnded: boolean
  readonly total: number
  /** Requests that have not ended yet; null where the server does not say. */
  readonly remaining: number | null
  readonly succeeded: number
}

/** Reads the response to a request for a batch. */
export function readBatchProgress(body: unknown, remaining: string | null): BatchProgress {
  const batch = body as {
    readonly id: string
    readonly processing_status: string
    readonly request_counts: Readonly<Record<string, number>>
  }
  const counts = batch.request_counts
  return {
    id: batch.id,
    hasEnded: batch.processing_status === 'ended',
    total: Object.values(counts).reduce((sum, count) => sum + count, 0),
    remaining: remaining === null ? null : Number(remaining),
    succeeded: counts.succeeded ?? 0,
  }
}

import { storableText } from '../state/storable-text.ts'
import type { BatchRequestsTable } from '../state/tables/batch-requests-table.ts'
import type { Batches } from './message-batch.ts'

/** Rows that are read at once. */
const PAGE_ROWS = 50

/** A request that has ended: `result` is null where it never ran. */
export type BatchResult = Readonly<Pick<BatchRequestsTable, 'position' | 'customId' | 'state' | 'result'>>

/** The results of a batch after a position, in the order of its requests; none after the last. */
export function readResults(
  { state: { reports } }: Batches,
  batchId: string,
  afterPosition: number,
): Promise<readonly BatchResult[]> {
  return reports
    .selectFrom('batchRequests')
    .select(['position', 'customId', 'state', 'result'])
    .where('batchId', '=', storableText(batchId))
    .where('position', '>', afterPosition)
    .orderBy('position')
    .limit(PAGE_ROWS)
    .execute()
}

import { sql } from 'kysely'
import { storableText } from '../state/storable-text.ts'
import type { BatchRequestsTable } from '../state/tables/batch-requests-table.ts'
import type { Batches } from './message-batch.ts'

/** Rows that are read at once. */
const PAGE_ROWS = 50
/** Bytes of results that are read at once; a single result may be larger. */
export const RESULTS_PAGE_BYTES = 1024 * 1024

/** A request that has ended: `result` is null where it never ran. */
export type BatchResult = Readonly<Pick<BatchRequestsTable, 'position' | 'customId' | 'state' | 'result'>>

/** Some results of a batch that follow each other. */
export interface ResultsPage {
  readonly bytes: number
  readonly lastPosition: number
}

/** What can be read at once after a position, in the order of the requests; null after the last. */
export async function nextResultsPage(
  { state: { reports } }: Batches,
  batchId: string,
  afterPosition: number,
): Promise<ResultsPage | null> {
  const sizes = await reports
    .selectFrom('batchRequests')
    .select(['position', sql<number>`coalesce(length(result), 0)`.as('bytes')])
    .where('batchId', '=', storableText(batchId))
    .where('position', '>', afterPosition)
    .orderBy('position')
    .limit(PAGE_ROWS)
    .execute()
  let page: ResultsPage | null = null
  for (const { position, bytes } of sizes) {
    const pageBytes: number = (page?.bytes ?? 0) + bytes
    if (page !== null && pageBytes > RESULTS_PAGE_BYTES) break
    page = { bytes: pageBytes, lastPosition: position }
  }
  return page
}

/** The results of a page. */
export function readResults(
  { state: { reports } }: Batches,
  batchId: string,
  afterPosition: number,
  { lastPosition }: ResultsPage,
): Promise<readonly BatchResult[]> {
  return reports
    .selectFrom('batchRequests')
    .select(['position', 'customId', 'state', 'result'])
    .where('batchId', '=', storableText(batchId))
    .where('position', '>', afterPosition)
    .where('position', '<=', lastPosition)
    .orderBy('position')
    .execute()
}

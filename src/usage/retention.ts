import { sql } from 'kysely'
import { deleteRows } from '../state/delete-rows.ts'
import type { State } from '../state/state.ts'

const DAY_MS = 86_400_000
/**
 * How long it is known how far a segment of a journal was taken over. A disk may come back with the segment of an instance
 * that has died: without its position its rows would be counted again.
 */
const POSITION_DAYS = 365

/** Removes the rows of single requests after their time, and what is known of journals that are long gone. */
export async function removeOldUsage(
  { relaxed }: State,
  options: { readonly nowMs: number; readonly retentionDays: number; readonly signal?: AbortSignal },
): Promise<void> {
  const { nowMs, retentionDays, signal } = options
  await deleteRows(relaxed, 'requests', sql<boolean>`at < ${nowMs - retentionDays * DAY_MS}`, signal)
  const oldest = nowMs - POSITION_DAYS * DAY_MS
  await deleteRows(relaxed, 'journalPositions', sql<boolean>`changed_at < ${oldest}`, signal)
}

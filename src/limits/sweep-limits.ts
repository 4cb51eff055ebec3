import { sql } from 'kysely'
import { deleteRows } from '../state/delete-rows.ts'
import { RepeatedTask } from '../state/repeated-task.ts'
import type { State } from '../state/state.ts'

const SWEEP_MS = 10 * 60_000
/** A bucket that has been full for this long needs no row. */
const BUCKET_KEPT_MS = 60 * 60_000
/** Longer than any period of money. */
const COUNTER_KEPT_MS = 100 * 24 * 60 * 60_000

/** Removes buckets and counters that mean nothing any more, again and again. Returns a function that ends it. */
export function sweepLimits(state: State): () => Promise<void> {
  const sweeping = new AbortController()
  const task = new RepeatedTask(SWEEP_MS, async () => {
    const { relaxed, nowMs } = state
    const buckets = sql<boolean>`full_at < ${nowMs} - ${sql.lit(BUCKET_KEPT_MS)}`
    await deleteRows(relaxed, 'buckets', buckets, sweeping.signal)
    const counters = sql<boolean>`period_start < ${nowMs} - ${sql.lit(COUNTER_KEPT_MS)}`
    await deleteRows(relaxed, 'counters', counters, sweeping.signal)
  })
  task.start()
  return () => {
    sweeping.abort()
    return task.stop()
  }
}

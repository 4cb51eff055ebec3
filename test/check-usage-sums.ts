import { sql } from 'kysely'
import { expect } from 'vitest'
import type { State } from '../src/state/state.ts'
import { hourlySumsOf, SUM_KEY } from '../src/usage/hourly-sums.ts'

/** Expects that the sums say what the rows add up to. */
export async function checkUsageSums({ db }: State): Promise<void> {
  const order = sql.join(SUM_KEY.map((name) => sql.ref(name)))
  const sums = await sql<object>`select * from usage_hours order by ${order}`.execute(db)
  const added = await sql<object>`${hourlySumsOf(sql`requests`)}`.execute(db)
  expect(sums.rows.length).toBeGreaterThan(0)
  expect(sums.rows.map((row) => Object.values(row))).toEqual(added.rows.map((row) => Object.values(row)))
}

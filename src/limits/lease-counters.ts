import { type RawBuilder, sql } from 'kysely'
import type { State } from '../state/state.ts'
import type { LimitScope } from './limit-rule.ts'

/** A limit of money in one of its periods. */
export interface CounterPeriod {
  readonly key: string
  readonly scope: LimitScope
  readonly scopeId: string
  readonly periodStart: number
}

/** A lease of money that is asked for, in nano-dollars. */
export interface CounterLease extends CounterPeriod {
  /** The limit. */
  readonly amount: number
  readonly least: number
  readonly most: number
  /** What was spent without a lease; negative for what is given back. */
  readonly debt: number
}

/** A counter after a lease. */
export interface LeasedCounter {
  readonly leaseKey: string
  readonly granted: number
  /** What was spent or leased in this period. */
  readonly used: number
}

/** Leases money of several counters, each once, in one statement, in the order of their keys. */
export async function leaseCounters(
  { relaxed, kind }: Pick<State, 'relaxed' | 'kind'>,
  leases: readonly CounterLease[],
): Promise<readonly LeasedCounter[]> {
  if (leases.length === 0) {
    await sql`select 1`.execute(relaxed)
    return []
  }
  const smaller = sql.raw(kind === 'sqlite' ? 'min' : 'least')
  const rows = leases.map(
    ({ key, periodStart, amount, least, most, debt }) =>
      sql`(cast(${key} as text), ${integers([periodStart, amount, least, most, debt])})`,
  )
  const grant = (used: RawBuilder<unknown>) => sql`case when amount - ${used} - debt >= least and least > 0
    then ${smaller}(most, amount - ${used} - debt) else 0 end`
  const { rows: leased } = await sql<LeasedCounter>`
    with asked (asked_key, asked_start, amount, least, most, debt) as (values ${sql.join(rows)})
    insert into counters (counter_key, period_start, used, granted)
    select asked_key, asked_start, debt + ${grant(sql`0`)}, ${grant(sql`0`)} from asked where true order by asked_key
    on conflict (counter_key, period_start) do update set (used, granted) = (
      select counters.used + debt + ${grant(sql`counters.used`)}, ${grant(sql`counters.used`)}
      from asked where asked_key = excluded.counter_key)
    returning counter_key as lease_key, granted, used`.execute(relaxed)
  return leased
}

/**
 * Begins a counter with what was spent in its period already: a limit may be set in the middle of a month. A counter that
 * is there only rises.
 */
export async function openCounter(
  state: State,
  { key, scope, scopeId, periodStart }: CounterPeriod,
): Promise<void> {
  const { relaxed, kind } = state
  const larger = sql.raw(kind === 'sqlite' ? 'max' : 'greatest')
  await sql`
    insert into counters (counter_key, period_start, used, granted)
    select cast(${key} as text), ${integers([periodStart])}, ${SPENT}, 0
    from usage_hours where ${isSpentBy(scope, scopeId, periodStart)}
    on conflict (counter_key, period_start) do update set used = ${larger}(counters.used, excluded.used)`.execute(
    relaxed,
  )
}

/** What was spent since a time at the start of an hour, as far as it is recorded. */
export async function spentSince(
  { relaxed }: Pick<State, 'relaxed'>,
  { scope, scopeId, periodStart }: Omit<CounterPeriod, 'key'>,
): Promise<number> {
  const { rows } = await sql<{ spent: number }>`
    select ${SPENT} as spent from usage_hours where ${isSpentBy(scope, scopeId, periodStart)}`.execute(
    relaxed,
  )
  return rows[0]?.spent ?? 0
}

const SPENT = sql`cast(coalesce(sum(uncached_input_cost + cache_read_cost + cache_write5m_cost + cache_write1h_cost
  + output_cost), 0) as bigint)`

const COLUMNS = { workspace: 'workspace_id', key: 'api_key_id', user: 'actor_id' } as const

function isSpentBy(scope: LimitScope, scopeId: string, periodStart: number): RawBuilder<boolean> {
  if (scope === 'organization') return sql`hour >= ${periodStart}`
  return sql`hour >= ${periodStart} and ${sql.raw(COLUMNS[scope])} = ${scopeId}`
}

function integers(values: readonly number[]): RawBuilder<unknown> {
  return sql.join(values.map((value) => sql`cast(${value} as bigint)`))
}

import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { State } from '../state/state.ts'
import { type BucketSize, type LeaseRequest, MAX_DEBT_PERIODS, ROUNDING_TOKENS, tokenMsOf } from './bucket.ts'

/** A lease that is asked for. */
export interface BucketLease extends LeaseRequest {
  readonly key: string
  readonly size: BucketSize
}

/** A bucket after a lease. */
export interface LeasedBucket {
  readonly leaseKey: string
  readonly granted: number
  readonly fullAt: number
  /** The database's clock. */
  readonly nowMs: number
}

/** Most leases of one statement. */
export const MAX_LEASES = 100

/**
 * Leases from several buckets, each once, in one statement. It writes rows in the order of their keys: instances that
 * lease from the same buckets wait for each other, but never in a circle. Without leases it only asks whether the database
 * is there.
 */
export async function leaseBuckets(
  state: Pick<State, 'relaxed' | 'kind' | 'nowMs'>,
  leases: readonly BucketLease[],
): Promise<readonly LeasedBucket[]> {
  if (leases.length === 0) {
    await sql`select 1`.execute(state.relaxed)
    return []
  }
  const parameters = leases.flatMap(({ key, size, least, most, debt, kept }) => [
    key,
    size.periodMs,
    tokenMsOf(size),
    least,
    most,
    debt,
    kept,
  ])
  const { rows } = await state.relaxed.executeQuery<LeasedBucket>({
    ...statementFor(leases.length, state),
    parameters,
  })
  return rows
}

/** Statements by kind of database and number of leases: to put one together costs more than to run it. */
const statements = new Map<string, CompiledQuery<LeasedBucket>>()

function statementFor(count: number, state: Pick<State, 'relaxed' | 'kind' | 'nowMs'>) {
  const name = `${state.kind} ${count}`
  const statement = statements.get(name) ?? leaseStatement(count, state).compile(state.relaxed)
  statements.set(name, statement)
  return statement
}

function leaseStatement(
  count: number,
  { kind, nowMs }: Pick<State, 'kind' | 'nowMs'>,
): RawBuilder<LeasedBucket> {
  const row = sql`(cast(${''} as text), ${sql.join(Array.from({ length: 6 }, () => sql`cast(${0} as double precision)`))})`
  const asked = sql.join(Array.from({ length: count }, () => row))
  // A bucket without a row is full.
  return sql`
    with asked (asked_key, period_ms, token_ms, least, most, debt, kept) as (values ${asked}),
      clock (now_ms) as (select ${nowMs})
    insert into buckets (bucket_key, full_at, granted)
    select asked_key, owed_until + leased * token_ms, leased from ${grants(sql`0`, kind)} where true order by asked_key
    on conflict (bucket_key) do update set (full_at, granted) = (
      select owed_until + leased * token_ms, leased from ${grants(sql`buckets.full_at`, kind)}
      where asked_key = excluded.bucket_key)
    returning bucket_key as lease_key, granted, full_at, (select now_ms from clock) as now_ms`
}

/** What each lease gets of a bucket, as the function `lease` computes it. */
function grants(fullAt: RawBuilder<unknown>, kind: State['kind']): RawBuilder<unknown> {
  const from = sql`case when ${fullAt} < now_ms then now_ms
    when ${fullAt} > now_ms + ${sql.lit(MAX_DEBT_PERIODS)} * period_ms then now_ms + ${sql.lit(MAX_DEBT_PERIODS)} * period_ms
    else ${fullAt} end`
  const owed = sql`(select asked.*, now_ms, ${from} + debt * token_ms as owed_until from asked cross join clock)`
  const whole = (tokens: RawBuilder<unknown>) =>
    kind === 'sqlite' ? sql`cast(${tokens} as integer)` : sql`floor(${tokens})`
  const spare = sql`(select owed.*,
    ${whole(sql`(now_ms + period_ms - owed_until) / token_ms - kept + ${sql.lit(ROUNDING_TOKENS)}`)} as spare
    from ${owed} as owed)`
  return sql`(select able.*,
    case when spare < least or spare <= 0 then 0 when spare < most then spare else most end as leased
    from ${spare} as able) as grants`
}

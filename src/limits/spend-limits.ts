import type { Kysely } from 'kysely'
import { AccountError } from '../accounts/account-error.ts'
import { newAccountId } from '../accounts/account-id.ts'
import { type Accounts, changeAccounts } from '../accounts/accounts.ts'
import type { Actor } from '../accounts/actor.ts'
import { type CursorPage, type CursorRequest, readCursorPage } from '../accounts/cursor-page.ts'
import { shownWorkspaceId, storedWorkspaceId } from '../accounts/workspace-id.ts'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { SpendLimitsTable } from '../state/tables/spend-limits-table.ts'
import { spentSince } from './lease-counters.ts'
import { findLimitOwner, type LimitOwner } from './limit-owner.ts'
import type { LimitScope } from './limit-rule.ts'
import { type SpendPeriod, spendPeriodAt } from './spend-period.ts'
import { LIMITS_TOPIC } from './stored-rules.ts'

/** A limit of money; the id of a workspace is the one that clients know. */
export type SpendLimit = SpendLimitsTable

/** A limit to set. */
export interface SpendLimitSetting extends LimitOwner {
  readonly period: SpendPeriod
  /** Nano-dollars; null for no limit. */
  readonly amount: number | null
}

/** Which limits are listed; those without a value are not asked for. */
export interface SpendLimitFilter {
  /** Null for all. */
  readonly scopes: readonly LimitScope[] | null
  readonly workspaceId?: string | undefined
}

/** A user's limit in one period, and what was spent of it. */
export interface EffectiveSpendLimit {
  readonly limit: SpendLimit
  readonly user: { readonly name: string; readonly email: string; readonly isDeleted: boolean } | null
  /** Nano-dollars. */
  readonly spent: number
}

export async function listSpendLimits(
  { state }: Accounts,
  { scopes, workspaceId }: SpendLimitFilter,
  request: CursorRequest,
): Promise<CursorPage<SpendLimit>> {
  let query = state.db.selectFrom('spendLimits').selectAll()
  // An empty list matches nothing; no SQL has one.
  if (scopes !== null) query = query.where('scope', 'in', scopes.length > 0 ? scopes : NO_SCOPES)
  if (workspaceId !== undefined) {
    const storedId = storedWorkspaceId(state, storableText(workspaceId))
    query = query.where('scope', '=', 'workspace').where('scopeId', '=', storedId)
  }
  const page = await readCursorPage(query, LIST_COLUMNS, request)
  return { ...page, rows: page.rows.map((row) => shown(state, row)) }
}

/** @throws AccountError `account-not-found` */
export async function readSpendLimit({ state }: Accounts, id: string): Promise<SpendLimit> {
  return shown(state, await findSpendLimit(state.db, id))
}

/** Sets the limit of a scope and period, in place of the one that it has. @throws AccountError */
export function setSpendLimit(
  accounts: Accounts,
  actor: Actor,
  { scope, scopeId: shownId, period, amount }: SpendLimitSetting,
): Promise<SpendLimit> {
  return changeAccounts(accounts, actor, async ({ db, atMs, announce, record }) => {
    await announce(LIMITS_TOPIC)
    const scopeId = await findLimitOwner(db, accounts.state, { scope, scopeId: shownId })
    const known = await db
      .selectFrom('spendLimits')
      .selectAll()
      .where('scope', '=', scope)
      .where('scopeId', '=', scopeId)
      .where('period', '=', period)
      .executeTakeFirst()
    const limit: SpendLimit = {
      ...(known ?? { id: newAccountId('spl'), scope, scopeId, period, createdAt: atMs }),
      amount,
      isEnabled: 1,
      updatedAt: atMs,
    }
    await db
      .insertInto('spendLimits')
      .values(limit)
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ amount, isEnabled: 1, updatedAt: atMs }))
      .execute()
    await record('spend-limit.set', limit.id, { scope, scopeId, period, amount })
    return shown(accounts.state, limit)
  })
}

/** Removes a limit and returns its id. @throws AccountError `account-not-found` */
export function deleteSpendLimit(accounts: Accounts, actor: Actor, id: string): Promise<string> {
  return changeAccounts(accounts, actor, async ({ db, announce, record }) => {
    await announce(LIMITS_TOPIC)
    const limit = await findSpendLimit(db, id)
    await db.deleteFrom('spendLimits').where('id', '=', limit.id).execute()
    await record('spend-limit.delete', limit.id)
    return limit.id
  })
}

/** The limits of users, with what each has spent in the present period. */
export async function listEffectiveSpendLimits(
  { state, nowMs }: Accounts,
  filter: { readonly periods: readonly SpendPeriod[]; readonly userIds: readonly string[] },
  request: CursorRequest,
): Promise<CursorPage<EffectiveSpendLimit>> {
  let query = state.db.selectFrom('spendLimits').selectAll().where('scope', '=', 'user')
  if (filter.periods.length > 0) query = query.where('period', 'in', filter.periods)
  if (filter.userIds.length > 0) query = query.where('scopeId', 'in', filter.userIds.map(storableText))
  const page = await readCursorPage(query, LIST_COLUMNS, request)
  const rows: EffectiveSpendLimit[] = []
  for (const limit of page.rows) {
    const { scope, scopeId, period } = limit
    const periodStart = spendPeriodAt(period, nowMs()).startMs
    const user = await state.db
      .selectFrom('users')
      .select(['name', 'email', 'removedAt'])
      .where('id', '=', scopeId)
      .executeTakeFirst()
    rows.push({
      limit,
      user: user === undefined ? null : { ...user, isDeleted: user.removedAt !== null },
      spent: await spentSince(state, { scope, scopeId, periodStart }),
    })
  }
  return { ...page, rows }
}

const NO_SCOPES = ['' as LimitScope]

const LIST_COLUMNS = {
  at: 'spendLimits.createdAt',
  id: 'spendLimits.id',
  placeOf: ({ createdAt, id }: SpendLimit) => ({ at: createdAt, id }),
}

function shown(state: State, limit: SpendLimit): SpendLimit {
  if (limit.scope !== 'workspace') return limit
  return { ...limit, scopeId: shownWorkspaceId(state, limit.scopeId) }
}

async function findSpendLimit(db: Kysely<Database>, id: string): Promise<SpendLimit> {
  const row = await db
    .selectFrom('spendLimits')
    .selectAll()
    .where('id', '=', storableText(id))
    .executeTakeFirst()
  if (row === undefined) throw AccountError.notFound('Spend limit', id)
  return row
}

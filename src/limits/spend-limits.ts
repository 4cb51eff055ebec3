import type { Kysely } from 'kysely'
import { AccountError } from '../accounts/account-error.ts'
import { newAccountId } from '../accounts/account-id.ts'
import { type Accounts, changeAccounts } from '../accounts/accounts.ts'
import type { Actor } from '../accounts/actor.ts'
import { type CursorPage, type CursorRequest, readCursorPage } from '../accounts/cursor-page.ts'
import { shownWorkspaceId, storedWorkspaceId } from '../accounts/workspace-id.ts'
import type { Database } from '../state/database.ts'
import { storableText } from '../state/storable-text.ts'
import type { SpendLimitsTable } from '../state/tables/spend-limits-table.ts'
import { checkLimitCount } from './check-limit-count.ts'
import { configuredSpendLimits, isConfigured, withConfigured } from './configured-spend-limits.ts'
import { spentSince } from './lease-counters.ts'
import { findLimitOwner, type LimitOwner } from './limit-owner.ts'
import { type LimitScope, type SpendRule, spendKey } from './limit-rule.ts'
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

/** What limits of money are read from and written to. */
export interface SpendLimits {
  readonly accounts: Accounts
  /** Those of the configuration, which the database does not change. */
  readonly configured: () => readonly SpendRule[]
}

/** The limits of the database, the newest first, and after them those of the configuration. */
export async function listSpendLimits(
  limits: SpendLimits,
  { scopes, workspaceId }: SpendLimitFilter,
  request: CursorRequest,
): Promise<CursorPage<SpendLimit>> {
  const { state } = limits.accounts
  let query = state.db.selectFrom('spendLimits').selectAll()
  // An empty list matches nothing; no SQL has one.
  if (scopes !== null) query = query.where('scope', 'in', scopes.length > 0 ? scopes : NO_SCOPES)
  const storedId = workspaceId === undefined ? undefined : storedWorkspaceId(state, storableText(workspaceId))
  if (storedId !== undefined) query = query.where('scope', '=', 'workspace').where('scopeId', '=', storedId)
  const stored = await readCursorPage(query, LIST_COLUMNS, request)
  const configured = await configuredSpendLimits(state, limits.configured())
  const meant = configured.filter(
    ({ scope, scopeId }) =>
      (scopes === null || scopes.includes(scope)) &&
      (storedId === undefined || (scope === 'workspace' && scopeId === storedId)),
  )
  const page = stored.nextPage === null ? withConfigured(stored.rows, meant, request) : stored
  return { ...page, rows: page.rows.map((row) => shown(limits, row)) }
}

/** @throws AccountError `account-not-found` */
export async function readSpendLimit(limits: SpendLimits, id: string): Promise<SpendLimit> {
  const { state } = limits.accounts
  const configured = await configuredSpendLimits(state, limits.configured())
  return shown(limits, configured.find((row) => row.id === id) ?? (await findSpendLimit(state.db, id)))
}

/**
 * Sets the limit of a scope and period, in place of the one that it has.
 *
 * @throws AccountError also for what the configuration sets, and for too many limits
 */
export function setSpendLimit(
  limits: SpendLimits,
  actor: Actor,
  { scope, scopeId: shownId, period, amount }: SpendLimitSetting,
): Promise<SpendLimit> {
  const { accounts } = limits
  return changeAccounts(accounts, actor, async ({ db, atMs, announce, record }) => {
    await announce(LIMITS_TOPIC)
    const scopeId = await findLimitOwner(db, accounts.state, { scope, scopeId: shownId })
    const configured = new Set(limits.configured().map(spendKey))
    if (configured.has(spendKey({ scope, scopeId, period }))) {
      throw AccountError.invalid(
        `period: the ${period} limit of this ${scope} is set by the server's configuration (limits): change it there.`,
      )
    }
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
    await checkLimitCount(db, 'spendLimits')
    await record('spend-limit.set', limit.id, { scope, scopeId, period, amount })
    return shown(limits, limit)
  })
}

/** Removes a limit and returns its id. @throws AccountError `account-not-found`, or for one of the configuration */
export function deleteSpendLimit(
  { accounts, configured }: SpendLimits,
  actor: Actor,
  id: string,
): Promise<string> {
  return changeAccounts(accounts, actor, async ({ db, announce, record }) => {
    await announce(LIMITS_TOPIC)
    const fixed = await configuredSpendLimits({ id: accounts.state.id, db }, configured())
    if (fixed.some((row) => row.id === id)) {
      throw AccountError.invalid(
        `Spend limit \`${id}\` is set by the server's configuration (limits): change it there.`,
      )
    }
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

/** A limit as clients see it: one of the database does not hold where the configuration sets the same. */
function shown({ accounts, configured }: SpendLimits, limit: SpendLimit): SpendLimit {
  const scopeId =
    limit.scope === 'workspace' ? shownWorkspaceId(accounts.state, limit.scopeId) : limit.scopeId
  const isReplaced = !isConfigured(limit) && configured().some((rule) => spendKey(rule) === spendKey(limit))
  return { ...limit, scopeId, isEnabled: isReplaced ? 0 : limit.isEnabled }
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

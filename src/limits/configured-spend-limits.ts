import { derivedAccountId } from '../accounts/account-id.ts'
import type { CursorPage, CursorRequest } from '../accounts/cursor-page.ts'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import { pageCursor, readPageCursor } from '../state/page.ts'
import type { State } from '../state/state.ts'
import type { SpendLimitsTable } from '../state/tables/spend-limits-table.ts'
import { type SpendRule, spendKey } from './limit-rule.ts'

/** A row that the configuration makes. Its id is the same on every instance and after every start. */
interface ConfiguredSpendLimit extends SpendLimitsTable {
  readonly origin: 'configuration'
}

/**
 * The limits of money of the configuration, as rows. They are as old as the organization, so that lists end with them, and
 * sorted as lists are.
 */
export async function configuredSpendLimits(
  { id: stateId, db }: Pick<State, 'id' | 'db'>,
  rules: readonly SpendRule[],
): Promise<readonly ConfiguredSpendLimit[]> {
  if (rules.length === 0) return []
  const organization = await db
    .selectFrom('workspaces')
    .select('createdAt')
    .where('id', '=', DEFAULT_WORKSPACE_ID)
    .executeTakeFirst()
  const createdAt = organization?.createdAt ?? 0
  return rules
    .map((rule) => ({
      ...rule,
      id: derivedAccountId('spl', `${stateId} ${spendKey(rule)}`),
      isEnabled: 1 as const,
      origin: 'configuration' as const,
      ...{ createdAt, updatedAt: createdAt },
    }))
    .sort((a, b) => (a.id < b.id ? 1 : -1))
}

export function isConfigured(limit: SpendLimitsTable): limit is ConfiguredSpendLimit {
  return 'origin' in limit
}

/** The last page of a list: rows of the database, and as many as fit of the configuration's. */
export function withConfigured(
  stored: readonly SpendLimitsTable[],
  configured: readonly ConfiguredSpendLimit[],
  { page, limit }: CursorRequest,
): CursorPage<SpendLimitsTable> {
  const place = page === undefined ? undefined : readPageCursor(page)
  const first = place === undefined ? -1 : configured.findIndex(({ id }) => id === place.id)
  const capacity = limit - stored.length
  const rest = configured.slice(first + 1)
  const rows = [...stored, ...rest.slice(0, capacity)]
  const last = rows.at(-1)
  const hasMore = rest.length > capacity && last !== undefined
  return { rows, nextPage: hasMore ? pageCursor({ at: last.createdAt, id: last.id }) : null }
}

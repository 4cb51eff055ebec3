import type { ConformanceAccounts } from '../accounts/settings.ts'
import { announceChange } from '../state/changes.ts'
import type { State } from '../state/state.ts'
import { LIMITS_TOPIC } from './stored-rules.ts'

/** $500, as in the examples of the API's reference. */
const AMOUNT_NANO_DOLLARS = 500_000_000_000

/** Replaces the limits in the database by those of the profile for test suites. */
export async function restoreConformanceLimits(
  { db }: Pick<State, 'db'>,
  { spendLimits }: Pick<ConformanceAccounts, 'spendLimits'>,
  atMs: number,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await announceChange(transaction, LIMITS_TOPIC)
    await transaction.deleteFrom('limitRules').execute()
    await transaction.deleteFrom('spendLimits').execute()
    for (const { id } of spendLimits) {
      await transaction
        .insertInto('spendLimits')
        .values({
          id,
          scope: 'organization',
          scopeId: '',
          period: 'monthly',
          amount: AMOUNT_NANO_DOLLARS,
          isEnabled: 1,
          createdAt: atMs,
          updatedAt: atMs,
        })
        .execute()
    }
  })
}

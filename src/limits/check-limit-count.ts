import type { Kysely } from 'kysely'
import { AccountError } from '../accounts/account-error.ts'
import type { Database } from '../state/database.ts'

/** Most limits of rate that the database holds, and of money: instances keep them in memory. */
export const MAX_STORED_LIMITS = 10_000

const KINDS = { limitRules: 'rate', spendLimits: 'money' } as const

/**
 * Refuses what a transaction has added beyond the most that there may be.
 *
 * @throws AccountError
 */
export async function checkLimitCount(
  transaction: Kysely<Database>,
  table: keyof typeof KINDS,
  maxLimits = MAX_STORED_LIMITS,
): Promise<void> {
  const { count } = await transaction
    .selectFrom(table)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (count <= maxLimits) return
  throw AccountError.invalid(
    `There are ${maxLimits} limits of ${KINDS[table]} already, as many as there may be: remove some, or let \`eachKey\` and \`eachWorkspace\` in the server's configuration (limits) stand for many.`,
  )
}

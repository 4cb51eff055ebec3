import type { Kysely } from 'kysely'
import { AccountError } from '../accounts/account-error.ts'
import type { Database } from '../state/database.ts'
import { checkLimitCount } from './check-limit-count.ts'
import type { LimitRule, RuleList } from './limit-rule.ts'
import { MEASURES } from './measure.ts'

/** One limit by the type of its limiter. */
export interface LimiterValue {
  readonly limiterType: string
  readonly value: number
}

/** A rule as clients see it, also of a limiter that this server does not have. */
export interface TypedRule extends LimiterValue, Pick<LimitRule, 'scope' | 'scopeId' | 'modelGroup'> {
  readonly origin: 'configuration' | 'database'
}

/** A limit to set; null removes it. */
export interface LimiterChange {
  readonly limiterType: string
  readonly value: number | null
}

/** All rules; those of the configuration go first. */
export async function readTypedRules(
  db: Kysely<Database>,
  configured: RuleList,
): Promise<readonly TypedRule[]> {
  const rows = await db
    .selectFrom('limitRules')
    .selectAll()
    .orderBy('scope')
    .orderBy('scopeId')
    .orderBy('modelGroup')
    .orderBy('measure')
    .execute()
  return [
    ...configured.limits.map(({ amount, measure, ...rule }) => ({
      ...rule,
      limiterType: MEASURES[measure].limiterType,
      value: amount,
      origin: 'configuration' as const,
    })),
    ...rows.map(({ amount, measure, changedAt: _, ...rule }) => ({
      ...rule,
      limiterType: measure,
      value: amount,
      origin: 'database' as const,
    })),
  ]
}

/**
 * Stores limits of one owner and group.
 *
 * @throws AccountError for what the configuration sets, which can only be changed there, and for too many limits
 */
export async function storeLimits(
  db: Kysely<Database>,
  owner: Pick<LimitRule, 'scope' | 'scopeId' | 'modelGroup'>,
  changes: readonly LimiterChange[],
  { configured, atMs }: { readonly configured: RuleList; readonly atMs: number },
): Promise<void> {
  const { scope, scopeId, modelGroup } = owner
  for (const { limiterType: measure, value } of changes) {
    refuseConfigured(configured, owner, measure)
    await db
      .deleteFrom('limitRules')
      .where('scope', '=', scope)
      .where('scopeId', '=', scopeId)
      .where('modelGroup', '=', modelGroup)
      .where('measure', '=', measure)
      .execute()
    if (value === null) continue
    await db
      .insertInto('limitRules')
      .values({ scope, scopeId, modelGroup, measure, amount: value, changedAt: atMs })
      .execute()
  }
  if (changes.some(({ value }) => value !== null)) await checkLimitCount(db, 'limitRules')
}

function refuseConfigured(
  { limits }: RuleList,
  { scope, scopeId, modelGroup }: Pick<LimitRule, 'scope' | 'scopeId' | 'modelGroup'>,
  limiterType: string,
): void {
  const isConfigured = limits.some(
    (rule) =>
      rule.scope === scope &&
      rule.scopeId === scopeId &&
      rule.modelGroup === modelGroup &&
      MEASURES[rule.measure].limiterType === limiterType,
  )
  if (!isConfigured) return
  throw AccountError.invalid(
    `limits: ${limiterType} of this ${scope} is set by the server's configuration: change it there.`,
  )
}

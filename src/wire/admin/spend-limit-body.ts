import type { EffectiveSpendLimit, SpendLimit } from '../../limits/spend-limits.ts'
import { limitScopeBody } from './limit-scope.ts'
import { timeBody } from './list-body.ts'

const NANO_DOLLARS_PER_CENT = 10_000_000
/** The API's amounts have three decimal places at most. */
const NANO_DOLLARS_PER_MILLICENT = NANO_DOLLARS_PER_CENT / 1_000

/** @see the Admin API's reference, "Get Spend Limit" */
export function spendLimitBody(limit: SpendLimit): object {
  return {
    type: 'spend_limit',
    id: limit.id,
    amount: limit.amount === null ? null : centsText(limit.amount),
    created_at: timeBody(limit.createdAt),
    currency: 'USD',
    is_enabled: limit.isEnabled === 1,
    period: limit.period,
    scope: limitScopeBody(limit),
    updated_at: timeBody(limit.updatedAt),
  }
}

/** @see the Admin API's reference, "Delete Spend Limit" */
export function spendLimitDeletedBody(id: string): object {
  return { type: 'spend_limit_deleted', id }
}

/** @see the Admin API's reference, "List Effective Spend Limits" */
export function effectiveSpendLimitBody({ limit, user, spent }: EffectiveSpendLimit): object {
  return {
    actor: {
      type: 'user_actor',
      deleted: user?.isDeleted ?? true,
      email_address: user?.email ?? null,
      name: user?.name ?? null,
      user_id: limit.scopeId,
    },
    amount: limit.amount === null ? null : centsText(limit.amount),
    currency: 'USD',
    period: limit.period,
    period_to_date_spend: centsText(spent),
    scope: limitScopeBody(limit),
    source: limitScopeBody(limit),
    spend_limit_id: limit.id,
  }
}

/** Cents as a decimal text. */
function centsText(nanoDollars: number): string {
  const millicents = Math.round(nanoDollars / NANO_DOLLARS_PER_MILLICENT)
  const [cents, rest] = [Math.floor(millicents / 1_000), millicents % 1_000]
  return rest === 0 ? String(cents) : `${cents}.${String(rest).padStart(3, '0').replace(/0+$/, '')}`
}

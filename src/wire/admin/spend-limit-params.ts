import * as z from 'zod'
import type { LimitScope } from '../../limits/limit-rule.ts'
import type { SpendLimitFilter, SpendLimitSetting } from '../../limits/spend-limits.ts'
import type { SpendPeriod } from '../../limits/spend-period.ts'
import { checkBody, dictionary, oneOf, string } from '../body-schema.ts'
import { LIMIT_SCOPE, limitOwnerOf } from './limit-scope.ts'
import { notOneOf, readValues } from './read-query.ts'

const NANO_DOLLARS_PER_CENT = 10_000_000
const PERIODS = ['daily', 'weekly', 'monthly'] as const
/** What limits can be for. The last one is an extension: the real API has no limits of keys. */
const SCOPES: Readonly<Record<string, LimitScope>> = {
  organization: 'organization',
  workspace: 'workspace',
  user: 'user',
  api_key: 'key',
}
/** Those that other kinds of organizations have. */
const OTHER_SCOPES = ['organization_service', 'rbac_group', 'seat_tier', 'usage_tier']

const AMOUNT = string
  .regex(
    /^[0-9]{1,8}$/,
    'Input should be a non-negative whole number of cents, as a string of at most 8 digits',
  )
  .nullable()
const SET = z.strictObject(
  { amount: AMOUNT, scope: LIMIT_SCOPE, period: oneOf(PERIODS).default('monthly') },
  { error: dictionary },
)

/** Reads the body of `POST /v1/organizations/spend_limits`. */
export function parseSpendLimit(body: object): SpendLimitSetting {
  const { amount, scope, period } = checkBody(body, SET)
  return {
    ...limitOwnerOf(scope),
    period,
    amount: amount === null ? null : Number(amount) * NANO_DOLLARS_PER_CENT,
  }
}

/** Reads the query of the list of limits. */
export function readSpendLimitFilter(query: URLSearchParams): SpendLimitFilter {
  const values = readValues(query, 'scope_type')
  for (const [index, value] of values.entries()) {
    if (!Object.hasOwn(SCOPES, value) && !OTHER_SCOPES.includes(value))
      throw notOneOf(`scope_type.${index}`, Object.keys(SCOPES))
  }
  const scopes = values.flatMap((value) => SCOPES[value] ?? [])
  return { scopes: values.length === 0 ? null : scopes, workspaceId: query.get('workspace_id') ?? undefined }
}

/** Reads the query of the list of effective limits. */
export function readEffectiveFilter(query: URLSearchParams): {
  readonly periods: readonly SpendPeriod[]
  readonly userIds: readonly string[]
} {
  const periods = readValues(query, 'period').map((value, index) => {
    const period = PERIODS.find((known) => known === value)
    if (period === undefined) throw notOneOf(`period.${index}`, PERIODS)
    return period
  })
  return { periods, userIds: readValues(query, 'user_ids') }
}

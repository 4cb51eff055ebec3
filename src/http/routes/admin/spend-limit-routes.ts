import {
  deleteSpendLimit,
  listEffectiveSpendLimits,
  listSpendLimits,
  readSpendLimit,
  type SpendLimits,
  setSpendLimit,
} from '../../../limits/spend-limits.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { cursorListBody } from '../../../wire/admin/list-body.ts'
import { readCursorRequest } from '../../../wire/admin/list-params.ts'
import {
  effectiveSpendLimitBody,
  spendLimitBody,
  spendLimitDeletedBody,
} from '../../../wire/admin/spend-limit-body.ts'
import {
  parseSpendLimit,
  readEffectiveFilter,
  readSpendLimitFilter,
} from '../../../wire/admin/spend-limit-params.ts'
import type { AdminRoute } from './admin-route.ts'

const LIMITS = '/v1/organizations/spend_limits'
const LIMIT = `${LIMITS}/:spendLimitId`

export function spendLimitRoutes(limits: SpendLimits, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: LIMITS,
      action: 'read:limits',
      async respond({ query }) {
        const request = readCursorRequest(query, rules)
        return cursorListBody(
          await listSpendLimits(limits, readSpendLimitFilter(query), request),
          spendLimitBody,
        )
      },
    },
    {
      method: 'POST',
      pattern: LIMITS,
      action: 'write:limits',
      respond: async ({ actor, readBody }) =>
        spendLimitBody(await setSpendLimit(limits, actor, parseSpendLimit(await readBody()))),
    },
    {
      method: 'GET',
      pattern: `${LIMITS}/effective`,
      action: 'read:limits',
      async respond({ query }) {
        const request = readCursorRequest(query, rules)
        const page = await listEffectiveSpendLimits(limits.accounts, readEffectiveFilter(query), request)
        return cursorListBody(page, effectiveSpendLimitBody)
      },
    },
    {
      method: 'GET',
      pattern: LIMIT,
      action: 'read:limits',
      respond: async ({ params: { spendLimitId = '' } }) =>
        spendLimitBody(await readSpendLimit(limits, spendLimitId)),
    },
    {
      method: 'DELETE',
      pattern: LIMIT,
      action: 'write:limits',
      respond: async ({ actor, params: { spendLimitId = '' } }) =>
        spendLimitDeletedBody(await deleteSpendLimit(limits, actor, spendLimitId)),
    },
  ]
}

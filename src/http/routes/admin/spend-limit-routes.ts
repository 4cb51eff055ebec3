import type { Accounts } from '../../../accounts/accounts.ts'
import {
  deleteSpendLimit,
  listEffectiveSpendLimits,
  listSpendLimits,
  readSpendLimit,
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

export function spendLimitRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: LIMITS,
      action: 'read:limits',
      async respond({ query }) {
        const request = readCursorRequest(query, rules)
        return cursorListBody(
          await listSpendLimits(accounts, readSpendLimitFilter(query), request),
          spendLimitBody,
        )
      },
    },
    {
      method: 'POST',
      pattern: LIMITS,
      action: 'write:limits',
      respond: async ({ actor, readBody }) =>
        spendLimitBody(await setSpendLimit(accounts, actor, parseSpendLimit(await readBody()))),
    },
    {
      method: 'GET',
      pattern: `${LIMITS}/effective`,
      action: 'read:limits',
      async respond({ query }) {
        const request = readCursorRequest(query, rules)
        const page = await listEffectiveSpendLimits(accounts, readEffectiveFilter(query), request)
        return cursorListBody(page, effectiveSpendLimitBody)
      },
    },
    {
      method: 'GET',
      pattern: LIMIT,
      action: 'read:limits',
      respond: async ({ params: { spendLimitId = '' } }) =>
        spendLimitBody(await readSpendLimit(accounts, spendLimitId)),
    },
    {
      method: 'DELETE',
      pattern: LIMIT,
      action: 'write:limits',
      respond: async ({ actor, params: { spendLimitId = '' } }) =>
        spendLimitDeletedBody(await deleteSpendLimit(accounts, actor, spendLimitId)),
    },
  ]
}

import { listLimitRules, setLimitRules } from '../../../limits/limit-rules.ts'
import {
  listRateLimits,
  listWorkspaceRateLimits,
  type RateLimits,
  setWorkspaceRateLimits,
} from '../../../limits/rate-limits.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { cursorListBody } from '../../../wire/admin/list-body.ts'
import { limitRuleBody, rateLimitBody, workspaceRateLimitBody } from '../../../wire/admin/rate-limit-body.ts'
import {
  pageOf,
  parseLimitRules,
  parseWorkspaceLimits,
  readRateLimitFilter,
} from '../../../wire/admin/rate-limit-params.ts'
import { readFlag } from '../../../wire/admin/read-query.ts'
import type { AdminRoute } from './admin-route.ts'

const RULES = '/continuo/rate_limits'
const OF_WORKSPACE = '/v1/organizations/workspaces/:workspaceId/rate_limits'

export function rateLimitRoutes(limits: RateLimits, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/v1/organizations/rate_limits',
      action: 'read:limits',
      async respond({ query }) {
        const entries = await listRateLimits(limits, readRateLimitFilter(query))
        return cursorListBody(pageOf(entries, query, rules), rateLimitBody)
      },
    },
    {
      method: 'GET',
      pattern: OF_WORKSPACE,
      action: 'read:limits',
      async respond({ params: { workspaceId = '' }, query }) {
        const includesInherited = readFlag(query, 'include_inherited')
        const filter = { ...readRateLimitFilter(query), includesInherited }
        const entries = await listWorkspaceRateLimits(limits, workspaceId, filter)
        return cursorListBody(pageOf(entries, query, rules), workspaceRateLimitBody)
      },
    },
    {
      method: 'POST',
      pattern: `${OF_WORKSPACE}/:rateLimitId`,
      action: 'write:limits',
      async respond({ actor, params: { workspaceId = '', rateLimitId = '' }, readBody }) {
        const change = { workspaceId, rateLimitId, limits: parseWorkspaceLimits(await readBody()) }
        return workspaceRateLimitBody(await setWorkspaceRateLimits(limits, actor, change))
      },
    },
    ...ruleRoutes(limits, rules),
  ]
}

/** The real API has no routes that set limits of the organization or of keys. */
function ruleRoutes(limits: RateLimits, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: RULES,
      action: 'read:limits',
      respond: async ({ query }) =>
        cursorListBody(pageOf(await listLimitRules(limits), query, rules), limitRuleBody),
    },
    {
      method: 'POST',
      pattern: RULES,
      action: 'write:limits',
      async respond({ actor, readBody }) {
        const rows = await setLimitRules(limits, actor, parseLimitRules(await readBody()))
        return cursorListBody({ rows, nextPage: null }, limitRuleBody)
      },
    },
  ]
}

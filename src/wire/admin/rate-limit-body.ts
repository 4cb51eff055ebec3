import type { ModelGroup } from '../../limits/limited-models.ts'
import type { OrganizationRateLimit, WorkspaceRateLimit } from '../../limits/rate-limits.ts'
import type { TypedRule } from '../../limits/typed-rules.ts'
import { limitScopeBody } from './limit-scope.ts'

/** @see the Admin API's reference, "List Rate Limits" */
export function rateLimitBody({ group, limits }: OrganizationRateLimit): object {
  return {
    type: 'rate_limit',
    id: group.rateLimitId,
    group: groupBody(group),
    // What versions before 2026-10-21 have in place of the group.
    group_type: 'model_group',
    limits: limits.map(({ limiterType, value }) => ({ type: limiterType, value })),
    models: group.models,
  }
}

/** @see the Admin API's reference, "List Workspace Rate Limits" */
export function workspaceRateLimitBody({ workspaceId, group, limits }: WorkspaceRateLimit): object {
  return {
    type: 'workspace_rate_limit',
    group: groupBody(group),
    group_type: 'model_group',
    limits: limits.map(({ limiterType, value, organizationLimit, source }) => ({
      type: limiterType,
      value,
      org_limit: organizationLimit,
      source: { type: source },
    })),
    models: group.models,
    rate_limit_id: group.rateLimitId,
    workspace_id: workspaceId,
  }
}

/** A rule as the routes of this server show it, whatever it is for. */
export function limitRuleBody(rule: TypedRule): object {
  return {
    type: 'rate_limit_rule',
    scope: limitScopeBody(rule),
    model_group: rule.modelGroup,
    limiter: rule.limiterType,
    value: rule.value,
    origin: rule.origin,
  }
}

function groupBody({ id, displayName }: ModelGroup): object {
  return { type: 'model_group', id, display_name: displayName }
}

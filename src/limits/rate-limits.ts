import { AccountError } from '../accounts/account-error.ts'
import { type Accounts, changeAccounts } from '../accounts/accounts.ts'
import type { Actor } from '../accounts/actor.ts'
import { findOpenWorkspace, findWorkspace } from '../accounts/workspace.ts'
import { storedWorkspaceId } from '../accounts/workspace-id.ts'
import { EACH, type LimitRule, type RuleList } from './limit-rule.ts'
import type { LimitedModels, ModelGroup } from './limited-models.ts'
import { LIMITS_TOPIC } from './stored-rules.ts'
import {
  type LimiterChange,
  type LimiterValue,
  readTypedRules,
  storeLimits,
  type TypedRule,
} from './typed-rules.ts'

/** What rate limits are read from and written to. */
export interface RateLimits {
  readonly accounts: Accounts
  readonly models: LimitedModels
  /** The rules of the configuration, which the database does not change. */
  readonly configured: () => RuleList
}

/** The limits of a group of models in the organization. */
export interface OrganizationRateLimit {
  readonly group: ModelGroup
  readonly limits: readonly LimiterValue[]
}

/** A limit of a workspace, beside the organization's. */
export interface WorkspaceLimiterValue extends LimiterValue {
  readonly organizationLimit: number | null
  readonly source: 'workspace' | 'organization'
}

export interface WorkspaceRateLimit {
  readonly workspaceId: string
  readonly group: ModelGroup
  readonly limits: readonly WorkspaceLimiterValue[]
}

/** Which limits are listed. */
export interface RateLimitFilter {
  readonly modelId?: string | undefined
  /** Only groups of models have limits here. */
  readonly groupType?: string | undefined
}

/** The limits of the organization, group by group. @throws AccountError `account-not-found` for an unknown model */
export async function listRateLimits(
  limits: RateLimits,
  { modelId, groupType = 'model_group' }: RateLimitFilter,
): Promise<readonly OrganizationRateLimit[]> {
  const rules = await readTypedRules(limits.accounts.state.db, limits.configured())
  const all = limits.models.groups(rules.map(({ modelGroup }) => modelGroup))
  const groups = modelId === undefined ? all : limits.models.ofModel(all, modelId)
  if (groupType !== 'model_group') return []
  return groups.map((group) => ({ group, limits: valuesOf(rules, group, 'organization', '') }))
}

/** The limits of a workspace. @throws AccountError `account-not-found` */
export async function listWorkspaceRateLimits(
  limits: RateLimits,
  shownId: string,
  { groupType = 'model_group', includesInherited }: RateLimitFilter & { readonly includesInherited: boolean },
): Promise<readonly WorkspaceRateLimit[]> {
  const { state } = limits.accounts
  const { id } = await findWorkspace(state.db, storedWorkspaceId(state, shownId))
  if (groupType !== 'model_group') return []
  const rules = await readTypedRules(state.db, limits.configured())
  return limits.models
    .groups(rules.map(({ modelGroup }) => modelGroup))
    .map((group) => ({
      workspaceId: shownId,
      group,
      limits: workspaceValues(rules, group, id, includesInherited),
    }))
    .filter((entry) => entry.limits.length > 0)
}

/** A change of a workspace's limits for one group; a limit of null is removed. */
export interface WorkspaceLimitChange {
  readonly workspaceId: string
  readonly rateLimitId: string
  readonly limits: readonly LimiterChange[]
}

/** @throws AccountError also for the default workspace, which has the organization's limits */
export function setWorkspaceRateLimits(
  limits: RateLimits,
  actor: Actor,
  { workspaceId: shownId, rateLimitId, limits: changes }: WorkspaceLimitChange,
): Promise<WorkspaceRateLimit> {
  return changeAccounts(limits.accounts, actor, async ({ db, atMs, announce, record }) => {
    await announce(LIMITS_TOPIC)
    const workspace = await findOpenWorkspace(db, storedWorkspaceId(limits.accounts.state, shownId))
    if (workspace.isDefault)
      throw AccountError.invalid('The default workspace has the rate limits of the organization.')
    const before = await readTypedRules(db, limits.configured())
    const group = limits.models.find(
      rateLimitId,
      before.map(({ modelGroup }) => modelGroup),
    )
    const owner = { scope: 'workspace', scopeId: workspace.id, modelGroup: group.name } as const
    await storeLimits(db, owner, changes, { configured: limits.configured(), atMs })
    await record('rate-limit.update', workspace.id, { group: group.name, limits: changes })
    const rules = await readTypedRules(db, limits.configured())
    return { workspaceId: shownId, group, limits: workspaceValues(rules, group, workspace.id, false) }
  })
}

function valuesOf(
  rules: readonly TypedRule[],
  group: ModelGroup,
  scope: LimitRule['scope'],
  ...scopeIds: readonly string[]
): readonly LimiterValue[] {
  const values = new Map<string, LimiterValue>()
  for (const scopeId of scopeIds) {
    for (const { limiterType, value, ...rule } of rules) {
      const isMeant = rule.scope === scope && rule.scopeId === scopeId && rule.modelGroup === group.name
      if (isMeant && !values.has(limiterType)) values.set(limiterType, { limiterType, value })
    }
  }
  return [...values.values()]
}

function workspaceValues(
  rules: readonly TypedRule[],
  group: ModelGroup,
  workspaceId: string,
  includesInherited: boolean,
): readonly WorkspaceLimiterValue[] {
  const own = valuesOf(rules, group, 'workspace', workspaceId, EACH)
  const ofOrganization = valuesOf(rules, group, 'organization', '')
  const organizationLimits = new Map(ofOrganization.map(({ limiterType, value }) => [limiterType, value]))
  const inherited = ofOrganization.filter(
    ({ limiterType }) => !own.some((limit) => limit.limiterType === limiterType),
  )
  return [
    ...own.map((limit) => ({
      ...limit,
      organizationLimit: organizationLimits.get(limit.limiterType) ?? null,
      source: 'workspace' as const,
    })),
    ...(includesInherited ? inherited : []).map((limit) => ({
      ...limit,
      organizationLimit: limit.value,
      source: 'organization' as const,
    })),
  ]
}

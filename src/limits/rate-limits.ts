import type { Kysely } from 'kysely'
import { AccountError } from '../accounts/account-error.ts'
import { type Accounts, changeAccounts } from '../accounts/accounts.ts'
import type { Actor } from '../accounts/actor.ts'
import { findOpenWorkspace, findWorkspace } from '../accounts/workspace.ts'
import { storedWorkspaceId } from '../accounts/workspace-id.ts'
import type { Database } from '../state/database.ts'
import { EACH, type LimitRule, type RuleList } from './limit-rule.ts'
import type { LimitedModels, ModelGroup } from './limited-models.ts'
import { MEASURES } from './measure.ts'
import { LIMITS_TOPIC } from './stored-rules.ts'

/** What rate limits are read from and written to. */
export interface RateLimits {
  readonly accounts: Accounts
  readonly models: LimitedModels
  /** The rules of the configuration, which the database does not change. */
  readonly configured: () => RuleList
}

/** One limit by the type of its limiter. */
export interface LimiterValue {
  readonly limiterType: string
  readonly value: number
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

/** A rule, also of a limiter that this server does not have. */
interface TypedRule extends LimiterValue, Pick<LimitRule, 'scope' | 'scopeId' | 'modelGroup'> {}

/** The limits of the organization, group by group. @throws AccountError `account-not-found` for an unknown model */
export async function listRateLimits(
  limits: RateLimits,
  { modelId, groupType = 'model_group' }: RateLimitFilter,
): Promise<readonly OrganizationRateLimit[]> {
  const rules = await readRules(limits.accounts.state.db, limits)
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
  const rules = await readRules(state.db, limits)
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
  readonly limits: readonly { readonly limiterType: string; readonly value: number | null }[]
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
    const before = await readRules(db, limits)
    const group = limits.models.find(
      rateLimitId,
      before.map(({ modelGroup }) => modelGroup),
    )
    for (const { limiterType, value } of changes) {
      const key = {
        scope: 'workspace',
        scopeId: workspace.id,
        modelGroup: group.name,
        measure: limiterType,
      } as const
      refuseConfigured(limits.configured(), { ...key, limiterType })
      await storeLimit(db, key, value, atMs)
    }
    await record('rate-limit.update', workspace.id, { group: group.name, limits: changes })
    const rules = await readRules(db, limits)
    return { workspaceId: shownId, group, limits: workspaceValues(rules, group, workspace.id, false) }
  })
}

async function storeLimit(
  db: Kysely<Database>,
  key: Pick<LimitRule, 'scope' | 'scopeId' | 'modelGroup'> & { readonly measure: string },
  value: number | null,
  atMs: number,
): Promise<void> {
  await db
    .deleteFrom('limitRules')
    .where('scope', '=', key.scope)
    .where('scopeId', '=', key.scopeId)
    .where('modelGroup', '=', key.modelGroup)
    .where('measure', '=', key.measure)
    .execute()
  if (value === null) return
  await db
    .insertInto('limitRules')
    .values({ ...key, amount: value, changedAt: atMs })
    .execute()
}

/** What the configuration sets can only be changed there. */
function refuseConfigured(
  { limits }: RuleList,
  { scope, scopeId, modelGroup, limiterType }: Omit<TypedRule, 'value'>,
): void {
  const isConfigured = limits.some(
    (rule) =>
      rule.scope === scope &&
      rule.scopeId === scopeId &&
      rule.modelGroup === modelGroup &&
      MEASURES[rule.measure].limiterType === limiterType,
  )
  if (isConfigured)
    throw AccountError.invalid(
      `limits: ${limiterType} of this workspace is set by the server's configuration: change it there.`,
    )
}

/** All rules; those of the configuration go first. */
async function readRules(
  db: Kysely<Database>,
  { configured }: Pick<RateLimits, 'configured'>,
): Promise<readonly TypedRule[]> {
  const rows = await db.selectFrom('limitRules').selectAll().orderBy('measure').execute()
  return [
    ...configured().limits.map(({ amount, measure, ...rule }) => ({
      ...rule,
      limiterType: MEASURES[measure].limiterType,
      value: amount,
    })),
    ...rows.map(({ amount, measure, changedAt: _, ...rule }) => ({
      ...rule,
      limiterType: measure,
      value: amount,
    })),
  ]
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

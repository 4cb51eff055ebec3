import { changeAccounts } from '../accounts/accounts.ts'
import type { Actor } from '../accounts/actor.ts'
import { shownWorkspaceId } from '../accounts/workspace-id.ts'
import { findLimitOwner, type LimitOwner } from './limit-owner.ts'
import type { RateLimits } from './rate-limits.ts'
import { LIMITS_TOPIC } from './stored-rules.ts'
import { type LimiterChange, readTypedRules, storeLimits, type TypedRule } from './typed-rules.ts'

/** Limits to set for one owner and one group of models. */
export interface LimitRulesChange {
  readonly owner: LimitOwner
  /** The name of a group, its `rate_limit_id`, or the id of a model. */
  readonly modelGroup: string
  readonly limits: readonly LimiterChange[]
}

/** Every rule of rate and concurrency, whatever it is for; ids of workspaces are those that clients know. */
export async function listLimitRules({ accounts, configured }: RateLimits): Promise<readonly TypedRule[]> {
  const rules = await readTypedRules(accounts.state.db, configured())
  return rules.map((rule) => shown(rule, accounts.state))
}

/** Sets limits of the organization, a workspace or a key, and returns those of its group. @throws AccountError */
export function setLimitRules(
  { accounts, models, configured }: RateLimits,
  actor: Actor,
  { owner, modelGroup, limits }: LimitRulesChange,
): Promise<readonly TypedRule[]> {
  return changeAccounts(accounts, actor, async ({ db, atMs, announce, record }) => {
    await announce(LIMITS_TOPIC)
    const scopeId = await findLimitOwner(db, accounts.state, owner)
    const before = await readTypedRules(db, configured())
    const { name } = models.find(
      modelGroup,
      before.map((rule) => rule.modelGroup),
    )
    const stored = { scope: owner.scope, scopeId, modelGroup: name }
    await storeLimits(db, stored, limits, { configured: configured(), atMs })
    await record('rate-limit.update', scopeId, { ...stored, limits })
    const rules = await readTypedRules(db, configured())
    return rules
      .filter((rule) => rule.scope === owner.scope && rule.scopeId === scopeId && rule.modelGroup === name)
      .map((rule) => shown(rule, accounts.state))
  })
}

function shown(rule: TypedRule, state: { readonly id: string }): TypedRule {
  if (rule.scope !== 'workspace') return rule
  return { ...rule, scopeId: shownWorkspaceId(state, rule.scopeId) }
}

import { shownDefaultWorkspaceId } from '../accounts/default-workspace.ts'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { State } from '../state/state.ts'
import type { ScopeNames } from './configured-rules.ts'
import type { LimitRule, RuleList, SpendRule } from './limit-rule.ts'
import { measureOf } from './measure.ts'

/** Announced with every change of limits; see `announceChange`. */
export const LIMITS_TOPIC = 'limits'

/** The rules in the database. Those that this server has no limiter for are left out. */
export async function readStoredRules({ relaxed }: Pick<State, 'relaxed'>): Promise<RuleList> {
  const rows = await relaxed.selectFrom('limitRules').selectAll().execute()
  const limits = rows.flatMap(({ scope, scopeId, modelGroup, measure: limiterType, amount }): LimitRule[] => {
    const measure = measureOf(limiterType)
    return measure === undefined ? [] : [{ scope, scopeId, modelGroup, measure, amount }]
  })
  const spend = await relaxed.selectFrom('spendLimits').selectAll().where('isEnabled', '=', 1).execute()
  return {
    limits,
    spend: spend.flatMap(({ scope, scopeId, period, amount }): SpendRule[] =>
      amount === null ? [] : [{ scope, scopeId, period, amount }],
    ),
  }
}

/** The ids of the workspaces and keys that a configuration names: of a name, all that bear it. */
export async function readScopeNames(
  { id: stateId, relaxed }: Pick<State, 'id' | 'relaxed'>,
  named: { readonly workspaces: readonly string[]; readonly keys: readonly string[] },
): Promise<ScopeNames> {
  const workspaces = await relaxed
    .selectFrom('workspaces')
    .select(['id', 'name'])
    .where('archivedAt', 'is', null)
    .where('name', 'in', ['', ...named.workspaces])
    .orderBy('createdAt')
    .execute()
  // There may be very many.
  const keys = await relaxed
    .selectFrom('apiKeys')
    .select(['id', 'name'])
    .where('status', '=', 'active')
    .where('name', 'in', ['', ...named.keys])
    .orderBy('createdAt')
    .execute()
  return {
    workspaces: idsByName([
      ...workspaces,
      { name: shownDefaultWorkspaceId(stateId), id: DEFAULT_WORKSPACE_ID },
    ]),
    keys: idsByName(keys),
  }
}

function idsByName(rows: readonly { readonly name: string; readonly id: string }[]): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  for (const { name, id } of rows) {
    const sameName = ids.get(name)
    if (sameName === undefined) ids.set(name, [id])
    else sameName.push(id)
  }
  return ids
}

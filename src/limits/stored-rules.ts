import { shownDefaultWorkspaceId } from '../accounts/default-workspace.ts'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { LimitRule, RuleList, SpendRule } from './limit-rule.ts'
import { measureOf } from './measure.ts'
import { type ScopeNames, scopeIds } from './scope-names.ts'

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

/** The ids of the workspaces and keys that a configuration names, by name or id: of a name, all that bear it. */
export async function readScopeNames(
  { id: stateId, relaxed }: Pick<State, 'id' | 'relaxed'>,
  named: { readonly workspaces: readonly string[]; readonly keys: readonly string[] },
): Promise<ScopeNames> {
  // No SQL has an empty list.
  const texts = {
    workspaces: ['', ...named.workspaces.map(storableText)],
    keys: ['', ...named.keys.map(storableText)],
  }
  const workspaces = await relaxed
    .selectFrom('workspaces')
    .select(['id', 'name'])
    .where('archivedAt', 'is', null)
    .where(({ eb, or }) => or([eb('name', 'in', texts.workspaces), eb('id', 'in', texts.workspaces)]))
    .orderBy('createdAt')
    .execute()
  // There may be very many.
  const keys = await relaxed
    .selectFrom('apiKeys')
    .select(['id', 'name'])
    .where('kind', '=', 'api')
    .where('status', '=', 'active')
    .where(({ eb, or }) => or([eb('name', 'in', texts.keys), eb('id', 'in', texts.keys)]))
    .orderBy('createdAt')
    .execute()
  return {
    workspaces: scopeIds([
      ...workspaces,
      { name: shownDefaultWorkspaceId(stateId), id: DEFAULT_WORKSPACE_ID },
    ]),
    keys: scopeIds(keys),
  }
}

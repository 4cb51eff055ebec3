import { may, session } from '../api/session.ts'
import { useJson } from '../api/use-json.ts'

/** What a report may be grouped by. */
export type ReportGroup = 'model' | 'api_key_id' | 'workspace_id' | 'none'

export const GROUPS: readonly (readonly [ReportGroup, string])[] = [
  ['model', 'Model'],
  ['api_key_id', 'API key'],
  ['workspace_id', 'Workspace'],
  ['none', 'Nothing'],
]

interface Grouped {
  readonly model?: string | null
  readonly apiKeyId?: string | null
  readonly workspaceId?: string | null
}

interface NamedKey {
  readonly id: string
  readonly name: string
}

/** Names for the groups of a report, and what can be chosen in its filters. */
export function useGroupNames() {
  const mayReadKeys = may('read:api_keys')
  const keys = useJson<{ data: readonly NamedKey[] }>(mayReadKeys ? '/v1/organizations/api_keys' : null, {
    limit: 1000,
  })
  const keyNames = new Map((keys.data?.data ?? []).map(({ id, name }) => [id, name]))
  const workspaces = session.value?.workspaces ?? []
  const workspaceNames = new Map(workspaces.map(({ id, name }) => [id, name]))
  const standard = workspaces.find(({ isDefault }) => isDefault)?.name ?? 'Default'
  return {
    keys: [...keyNames].map(([id, name]) => [id, name] as const),
    workspaces: workspaces.map(({ id, name }) => [id, name] as const),
    nameOf(result: Grouped, group: ReportGroup): string {
      if (group === 'model') return result.model ?? 'no model'
      if (group === 'workspace_id')
        return workspaceNames.get(result.workspaceId ?? '') ?? result.workspaceId ?? standard
      if (group === 'none') return 'All'
      const { apiKeyId } = result
      return apiKeyId ? (keyNames.get(apiKeyId) ?? apiKeyId) : 'console and unknown keys'
    },
  }
}

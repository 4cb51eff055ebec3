import { session } from '../api/session.ts'
import { SelectFilter } from '../parts/filters.tsx'

/** Chooses a workspace in the address, where there are several. */
export function WorkspaceFilter() {
  const all = session.value?.workspaces ?? []
  if (all.length < 2) return null
  const options = [['', 'All'], ...all.map(({ id, name }) => [id, name] as const)] as const
  return <SelectFilter name="workspace" label="Workspace" options={options} />
}

import { useEffect } from 'preact/hooks'
import { callHeaders, WORKSPACE_HEADER } from './api/call-api.ts'
import type { Session } from './api/session.ts'
import { query, setQuery } from './router.ts'

/** The workspace in which everything of the page happens: a part of the address, kept while pages change. */
export function WorkspaceSwitcher({ session: { workspaces } }: { readonly session: Session }) {
  const chosen = chosenWorkspace(workspaces.map(({ id }) => id))
  useEffect(() => {
    const isSet = callHeaders.peek()[WORKSPACE_HEADER] === (chosen ?? undefined)
    if (!isSet) callHeaders.value = chosen === null ? {} : { [WORKSPACE_HEADER]: chosen }
  }, [chosen])
  if (workspaces.length < 2) return null
  return (
    <div class="switcher">
      <select
        aria-label="Workspace"
        value={chosen ?? workspaces[0]?.id}
        onChange={({ currentTarget: { value } }) => {
          keptWorkspace = value
          // Before the page loads again, which it does at once.
          callHeaders.value = { [WORKSPACE_HEADER]: value }
          setQuery({ workspace: value })
        }}
      >
        {workspaces.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

let keptWorkspace: string | null = null

function chosenWorkspace(ids: readonly string[]): string | null {
  const named = query.value.get('workspace') ?? keptWorkspace
  keptWorkspace = named !== null && ids.includes(named) ? named : null
  return keptWorkspace
}

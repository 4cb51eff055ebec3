import { session } from '../api/session.ts'

/** A workspace in a table: its name, where the one who looks may use it. Null is the default one. */
export function WorkspaceName({ id }: { readonly id: string | null }) {
  const all = session.value?.workspaces ?? []
  const found = all.find((workspace) => (id === null ? workspace.isDefault : workspace.id === id))
  if (found !== undefined) return <>{found.name}</>
  return id === null ? <>Default</> : <code>{id}</code>
}

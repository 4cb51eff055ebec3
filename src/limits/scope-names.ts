/** The ids of the workspaces and keys that there are, by their names, which several may share, and by their ids. */
export interface ScopeNames {
  readonly workspaces: ReadonlyMap<string, readonly string[]>
  readonly keys: ReadonlyMap<string, readonly string[]>
}

/** The ids of rows by name and by id. */
export function scopeIds(
  rows: readonly { readonly name: string; readonly id: string }[],
): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, Set<string>>()
  for (const { name, id } of rows) {
    for (const text of [name, id]) {
      const known = ids.get(text)
      if (known === undefined) ids.set(text, new Set([id]))
      else known.add(id)
    }
  }
  return new Map([...ids].map(([text, set]) => [text, [...set]]))
}

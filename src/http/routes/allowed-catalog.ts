import type { Caller } from '../../completion/caller.ts'
import type { ModelCatalog } from '../../models/model-catalog.ts'

/** The catalogues of keys that may use some models only. */
const catalogs = new WeakMap<ReadonlySet<string>, ModelCatalog>()

/** The models that a caller may use; to it, there are no others. */
export function allowedCatalog(catalog: ModelCatalog, { allowedModels }: Caller): ModelCatalog {
  if (allowedModels === null) return catalog
  const made = catalogs.get(allowedModels)
  if (made !== undefined) return made
  const allowed = catalog.only(allowedModels)
  catalogs.set(allowedModels, allowed)
  return allowed
}

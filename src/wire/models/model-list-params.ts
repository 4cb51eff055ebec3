import { CompletionError } from '../../completion/completion-error.ts'
import type { ModelCatalog, ModelPageQuery } from '../../models/model-catalog.ts'
import { readPageLimit } from '../page-limit.ts'

/**
 * Reads the query of `GET /v1/models`. Parameters that it does not know are ignored, as newer SDKs add their own.
 *
 * @param isLenient the rule `lenientPaging`
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "List Models"
 */
export function parseModelListParams(
  query: URLSearchParams,
  catalog: ModelCatalog,
  isLenient = false,
): ModelPageQuery {
  const maxModels = readPageLimit(query)
  const afterId = parseCursor('after_id', query, catalog, isLenient)
  const beforeId = parseCursor('before_id', query, catalog, isLenient)
  if (afterId !== null && beforeId !== null && !isLenient) {
    throw new CompletionError('invalid-request', 'after_id: cannot be used together with before_id')
  }
  if (beforeId !== null) return { maxModels, beforeId }
  if (afterId !== null) return { maxModels, afterId }
  return { maxModels }
}

function parseCursor(
  name: string,
  query: URLSearchParams,
  catalog: ModelCatalog,
  isLenient: boolean,
): string | null {
  const id = query.get(name)
  if (id === null || catalog.has(id)) return id
  if (isLenient) return null
  throw new CompletionError('invalid-request', `${name}: unknown model id: ${id}`)
}

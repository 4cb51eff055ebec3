import { CompletionError } from '../../completion/completion-error.ts'
import type { ModelCatalog, ModelPageQuery } from '../../models/model-catalog.ts'

/** How many models a page holds when the query does not say. */
const DEFAULT_PAGE_MODELS = 20
/** Most models on a page. */
const MAX_PAGE_MODELS = 1000

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
  const maxModels = parseLimit(query.get('limit'))
  const afterId = parseCursor('after_id', query, catalog, isLenient)
  const beforeId = parseCursor('before_id', query, catalog, isLenient)
  if (afterId !== null && beforeId !== null && !isLenient) {
    throw new CompletionError('invalid-request', 'after_id: cannot be used together with before_id')
  }
  if (beforeId !== null) return { maxModels, beforeId }
  if (afterId !== null) return { maxModels, afterId }
  return { maxModels }
}

function parseLimit(text: string | null): number {
  if (text === null) return DEFAULT_PAGE_MODELS
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new CompletionError('invalid-request', LIMIT_ERRORS.notAnInteger)
  const limit = Number(text)
  if (limit < 1) throw new CompletionError('invalid-request', LIMIT_ERRORS.tooSmall)
  if (limit > MAX_PAGE_MODELS) throw new CompletionError('invalid-request', LIMIT_ERRORS.tooLarge)
  return limit
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

const LIMIT_ERRORS = {
  notAnInteger: 'limit: Input should be a valid integer',
  tooSmall: 'limit: Input should be greater than or equal to 1',
  tooLarge: `limit: Input should be less than or equal to ${MAX_PAGE_MODELS}`,
}

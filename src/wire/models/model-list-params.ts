import { CompletionError } from '../../completion/completion-error.ts'
import type { ModelCatalog, ModelPageQuery } from '../../models/model-catalog.ts'
import { notOneOf, readValues } from '../admin/read-query.ts'
import { readPageLimit } from '../page-limit.ts'

const LIFECYCLES = ['active', 'deprecated', 'retired'] as const

/** A page of the models in use, which all are here; empty for a query that asks for others alone. */
export type ModelListParams = ModelPageQuery & { readonly isEmpty?: true }

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
): ModelListParams {
  const maxModels = readPageLimit(query)
  const isEmpty = !includesActive(query, isLenient)
  const afterId = parseCursor('after_id', query, catalog, isLenient)
  const beforeId = parseCursor('before_id', query, catalog, isLenient)
  if (afterId !== null && beforeId !== null && !isLenient) {
    throw new CompletionError('invalid-request', 'after_id: cannot be used together with before_id')
  }
  if (isEmpty) return { maxModels, isEmpty }
  if (beforeId !== null) return { maxModels, beforeId }
  if (afterId !== null) return { maxModels, afterId }
  return { maxModels }
}

function includesActive(query: URLSearchParams, isLenient: boolean): boolean {
  const wanted = readValues(query, 'lifecycle')
  for (const [index, value] of wanted.entries()) {
    if (!isLenient && !LIFECYCLES.some((one) => one === value))
      throw notOneOf(`lifecycle.${index}`, LIFECYCLES)
  }
  return wanted.length === 0 || wanted.includes('active')
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

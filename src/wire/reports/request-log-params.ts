import type { RequestFilter, RequestLogPlace } from '../../usage/request-log.ts'
import { invalidRequest } from '../body-schema.ts'
import { readPageLimit } from '../page-limit.ts'
import { readTime } from './report-query.ts'

/** How ids of the log's clients and those of its rows belong together. */
export interface RequestLogIds {
  storedWorkspace(shownId: string): string
  resolveModel(id: string): string
}

/** Reads the filters and the place of a page. @throws CompletionError `invalid-request` */
export function parseRequestLogParams(
  query: URLSearchParams,
  { storedWorkspace, resolveModel }: RequestLogIds,
): { readonly filter: RequestFilter; readonly place: RequestLogPlace } {
  const [workspaceId, model] = [query.get('workspace_id'), query.get('model')]
  const filter: RequestFilter = {
    apiKeyId: query.get('api_key_id') ?? undefined,
    workspaceId: workspaceId === null ? undefined : storedWorkspace(workspaceId),
    model: model === null ? undefined : resolveModel(model),
    batchId: query.get('batch_id') ?? undefined,
    status: readStatus(query.get('status')),
    from: readTime(query, 'starting_at') ?? undefined,
    to: readTime(query, 'ending_at') ?? undefined,
  }
  return { filter, place: { limit: readPageLimit(query), page: query.get('page') ?? undefined } }
}

function readStatus(text: string | null): RequestFilter['status'] {
  if (text === null) return undefined
  if (text === 'errors' || text === 'ok') return text
  if (/^[1-5]\d\d$/.test(text)) return Number(text)
  throw invalidRequest("status: Input should be 'errors', 'ok' or an HTTP status")
}

import { MAX_LISTED_IDS, type PageRequest } from '../../files/file.ts'
import { invalidRequest } from '../body-schema.ts'
import { readPageLimit } from '../page-limit.ts'

/** Which files are listed. */
export type FileListParams =
  | { readonly type: 'ids'; readonly ids: readonly string[] }
  | { readonly type: 'page'; readonly limit: number; readonly page: string | undefined }

/** Reads `ids[]`, or `limit` and `page`. @throws CompletionError `invalid-request` */
export function readFileListParams(query: URLSearchParams): FileListParams {
  const ids = [...query.getAll('ids[]'), ...query.getAll('ids')]
  const limit = readPageLimit(query)
  if (ids.length === 0) return { type: 'page', limit, page: query.get('page') ?? undefined }
  if (ids.length > MAX_LISTED_IDS)
    throw invalidRequest(`ids: List should have at most ${MAX_LISTED_IDS} items after validation`)
  return { type: 'ids', ids }
}

/** Reads `limit`, `after_id` and `before_id`, as of the beta. @throws CompletionError `invalid-request` */
export function readBetaFileListParams(query: URLSearchParams): PageRequest {
  return {
    limit: readPageLimit(query),
    afterId: query.get('after_id') ?? undefined,
    beforeId: query.get('before_id') ?? undefined,
  }
}

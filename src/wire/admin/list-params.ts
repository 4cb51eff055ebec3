import type { CursorRequest } from '../../accounts/cursor-page.ts'
import type { ListRequest } from '../../accounts/list-request.ts'
import { invalidRequest } from '../body-schema.ts'
import { readPageLimit } from '../page-limit.ts'
import type { AdminRules } from './admin-rules.ts'

/** Reads `limit`, `after_id` and `before_id`. @throws CompletionError `invalid-request` */
export function readListRequest(query: URLSearchParams, { lenientPaging }: AdminRules): ListRequest {
  const afterId = query.get('after_id') ?? undefined
  const beforeId = query.get('before_id') ?? undefined
  if (afterId !== undefined && beforeId !== undefined && !lenientPaging) {
    throw invalidRequest('after_id: cannot be used together with before_id')
  }
  return {
    limit: readPageLimit(query),
    ...(beforeId === undefined ? { afterId } : { beforeId }),
    acceptsAnyCursor: lenientPaging,
  }
}

/** Reads `limit` and `page`. @throws CompletionError `invalid-request` */
export function readCursorRequest(query: URLSearchParams, { lenientPaging }: AdminRules): CursorRequest {
  return {
    limit: readPageLimit(query),
    page: query.get('page') ?? undefined,
    acceptsAnyCursor: lenientPaging,
  }
}

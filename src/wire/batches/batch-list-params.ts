import type { PageRequest } from '../../batches/message-batch.ts'
import { readPageLimit } from '../page-limit.ts'

/** Reads `limit`, `after_id` and `before_id`. @throws CompletionError `invalid-request` */
export function readBatchListParams(query: URLSearchParams): PageRequest {
  return {
    limit: readPageLimit(query),
    afterId: query.get('after_id') ?? undefined,
    beforeId: query.get('before_id') ?? undefined,
  }
}

import type { SelectQueryBuilder } from 'kysely'
import type { Database } from '../state/database.ts'
import { pageCursor, readPage, readPageCursor } from '../state/page.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { UsageRow } from './usage-row.ts'

/** Which requests are listed: those that match everything that is set. */
export interface RequestFilter {
  readonly apiKeyId?: string | undefined
  readonly workspaceId?: string | undefined
  /** The resolved id. */
  readonly model?: string | undefined
  /** Requests that failed, those that did not, or those with one status. */
  readonly status?: 'errors' | 'ok' | number | undefined
  readonly batchId?: string | undefined
  /** Requests that ended at or after this time, in milliseconds. */
  readonly from?: number | undefined
  /** Requests that ended before this time. */
  readonly to?: number | undefined
}

/** Which part of the log is asked for. */
export interface RequestLogPlace {
  readonly limit: number
  /** `nextPage` of the page before. */
  readonly page?: string | undefined
}

export interface RequestLogPage {
  readonly rows: readonly UsageRow[]
  readonly nextPage: string | null
}

/**
 * The requests of a state that reached a model or were refused to a known key, the newest first; null where `page` is no
 * place in it.
 */
export async function listRequests(
  { reports }: Pick<State, 'reports'>,
  filter: RequestFilter,
  { limit, page }: RequestLogPlace,
): Promise<RequestLogPage | null> {
  const place = page === undefined ? undefined : readPageCursor(page)
  if (page !== undefined && place === undefined) return null
  const query = filtered(reports.selectFrom('requests').selectAll(), filter)
  const columns = { at: 'requests.at', id: 'requests.requestId', placeOf: async () => place }
  const { rows, hasMore } = await readPage(query, columns, { limit, afterId: page })
  const last = rows.at(-1)
  const nextPage = hasMore && last !== undefined ? pageCursor({ at: last.at, id: last.requestId }) : null
  return { rows, nextPage }
}

/** One request; null where there is none, or its row is no longer kept. */
export async function readRequest(
  { reports }: Pick<State, 'reports'>,
  requestId: string,
): Promise<UsageRow | null> {
  const row = await reports
    .selectFrom('requests')
    .selectAll()
    .where('requestId', '=', storableText(requestId))
    .executeTakeFirst()
  return row ?? null
}

type RequestsQuery = SelectQueryBuilder<Database, 'requests', UsageRow>

function filtered(all: RequestsQuery, filter: RequestFilter): RequestsQuery {
  const { apiKeyId, workspaceId, model, status, batchId, from, to } = filter
  let query = all
  if (apiKeyId !== undefined) query = query.where('apiKeyId', '=', storableText(apiKeyId))
  if (workspaceId !== undefined) query = query.where('workspaceId', '=', storableText(workspaceId))
  if (model !== undefined) query = query.where('model', '=', storableText(model))
  if (batchId !== undefined) query = query.where('batchId', '=', storableText(batchId))
  if (status === 'errors') query = query.where('status', '>=', 400)
  else if (status === 'ok') query = query.where('status', '<', 400)
  else if (status !== undefined) query = query.where('status', '=', status)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  return query
}

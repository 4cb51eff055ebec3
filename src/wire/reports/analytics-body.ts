import type { AnalyticsReport, AnalyticsRow, ReportedUser } from '../../usage/analytics-report.ts'
import type { ReportIds } from '../../usage/usage-reports.ts'
import { ANALYTICS_GROUPS, type AnalyticsGroup } from './analytics-groups.ts'
import type { AnalyticsParams } from './analytics-params.ts'
import { groupValues } from './group-values.ts'
import { rankedCursor } from './report-cursor.ts'
import { reportTime } from './report-time.ts'

/** What a page shows besides its rows. */
export interface AnalyticsPage {
  readonly params: AnalyticsParams
  readonly query: URLSearchParams
  readonly ids: ReportIds
  readonly nowMs: number
}

/**
 * A page of ranked rows.
 *
 * @param rowsOf the rows of the response for one row of the report: an entry for each, without group and time
 */
export function analyticsBody(
  { rows, nextOffset, users }: AnalyticsReport,
  { params, query, ids, nowMs }: AnalyticsPage,
  rowsOf: (row: AnalyticsRow) => readonly { readonly group?: object; readonly figures: object }[],
): object {
  return {
    data: rows.flatMap((row) => {
      const group = groupBody(row, params, users, ids)
      const [starting_at, ending_at] = [reportTime(row.from), reportTime(row.to)]
      return rowsOf(row).map((split) => ({
        starting_at,
        ending_at,
        group: { ...group, ...split.group },
        ...split.figures,
      }))
    }),
    data_refreshed_at: reportTime(Math.floor(nowMs / 1000) * 1000),
    has_more: nextOffset !== null,
    next_page: nextOffset === null ? null : rankedCursor({ offset: nextOffset, to: params.to }, query),
  }
}

/** Every dimension, null where the report is not grouped by it. */
function groupBody(
  { sums }: AnalyticsRow,
  { groupBy }: AnalyticsParams,
  users: ReadonlyMap<string, ReportedUser>,
  ids: ReportIds,
): Record<AnalyticsGroup, unknown> {
  const readValue = groupValues(groupBy, sums.values)
  const names = Object.keys(ANALYTICS_GROUPS) as AnalyticsGroup[]
  const values = names.map((name) => {
    const dimension = ANALYTICS_GROUPS[name]
    const value = dimension === null ? null : readValue(dimension)
    if (value === null) return [name, null]
    if (name === 'actor') return [name, actorBody(value, users)]
    return [name, name === 'workspace_id' ? ids.shownWorkspace(value) : value]
  })
  return Object.fromEntries(values)
}

function actorBody(id: string, users: ReadonlyMap<string, ReportedUser>): object {
  if (id.startsWith('svac_')) return { type: 'service_account_actor', service_account_id: id }
  if (!id.startsWith('user_')) return { type: 'api_actor', api_key_id: id }
  const user = users.get(id)
  return {
    type: 'user_actor',
    user_id: id,
    name: user?.name ?? null,
    email_address: user?.email ?? null,
    deleted: user?.isRemoved ?? true,
  }
}

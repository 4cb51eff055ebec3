import type { AnalyticsRequest } from '../../usage/analytics-report.ts'
import type { UsageDimension } from '../../usage/usage-dimension.ts'
import type { BucketWidth } from '../../usage/usage-report.ts'
import type { ReportIds } from '../../usage/usage-reports.ts'
import type { UsageOrder } from '../../usage/usage-sums.ts'
import { readChoice, readFlag, readValues } from '../admin/read-query.ts'
import { invalidRequest } from '../body-schema.ts'
import {
  ANALYTICS_FILTERS,
  ANALYTICS_GROUPS,
  type AnalyticsGroup,
  UNUSED_FILTERS,
} from './analytics-groups.ts'
import { checkDateRange } from './bucket-params.ts'
import { type CursorRule, readRankedCursor } from './report-cursor.ts'
import { readFilters } from './report-filters.ts'
import { readChoices, readLimit, readTime, requireTime } from './report-query.ts'

const DAY_MS = 86_400_000
const MAX_RANGE_MS = 31 * DAY_MS
const MAX_AGE_MS = 365 * DAY_MS
/** Analytics of the real API begin here. */
const FIRST_TIME = Date.UTC(2026, 0, 1)
const MAX_GROUPS = 5
const LIMIT = { standard: 20, max: 1000 }

/** What the parameters of both reports are read with. */
export interface AnalyticsRules extends CursorRule {
  readonly ids: ReportIds
  readonly nowMs: number
}

/** What a report is of. */
export interface AnalyticsParams extends AnalyticsRequest {
  readonly groups: readonly AnalyticsGroup[]
  /** Whether rows are split by the component of a cost, and by the kind of tokens. */
  readonly byCostType: boolean
  readonly byTokenType: boolean
}

const USAGE_ORDERS = {
  total_tokens: 'totalTokens',
  output_tokens: 'outputTokens',
  uncached_input_tokens: 'uncachedInputTokens',
  requests: 'requests',
  time: 'time',
} as const satisfies Readonly<Record<string, UsageOrder>>
/** Nothing is discounted, so that both amounts are equal. */
const COST_ORDERS = {
  amount: 'cost',
  list_amount: 'cost',
  time: 'time',
} as const satisfies Readonly<Record<string, UsageOrder>>

/**
 * Reads the query of `GET /v1/organizations/analytics/usage`. Unknown parameters are ignored.
 *
 * @throws CompletionError `invalid-request`
 */
export function parseAnalyticsUsageParams(query: URLSearchParams, rules: AnalyticsRules): AnalyticsParams {
  return parseParams(query, rules, USAGE_ORDERS, [])
}

/** The same for `GET /v1/organizations/analytics/cost`. */
export function parseAnalyticsCostParams(query: URLSearchParams, rules: AnalyticsRules): AnalyticsParams {
  return parseParams(query, rules, COST_ORDERS, ['cost_type', 'token_type'])
}

function parseParams(
  query: URLSearchParams,
  rules: AnalyticsRules,
  orders: Readonly<Record<string, UsageOrder>>,
  splits: readonly ('cost_type' | 'token_type')[],
): AnalyticsParams {
  const bucketWidth = readChoice(query, 'time_bucket_width', ['1d', '1h', '1m']) ?? null
  const range = readRange(query, bucketWidth, rules.nowMs)
  const names = [...(Object.keys(ANALYTICS_GROUPS) as AnalyticsGroup[]), ...splits]
  const chosen = readChoices(query, 'group_by', names)
  const groups = chosen.filter((name) => name !== 'cost_type' && name !== 'token_type')
  if (groups.length > MAX_GROUPS)
    throw invalidRequest(`group_by: List should have at most ${MAX_GROUPS} items, not ${groups.length}`)
  const excludesRemovedUsers = readFlag(query, 'exclude_deleted_users')
  if (excludesRemovedUsers && !groups.includes('actor'))
    throw invalidRequest('exclude_deleted_users: requires group_by[]=actor')
  const page = readRankedCursor(query, (to) => to > range.from && to - range.from <= MAX_RANGE_MS, rules)
  return {
    ...range,
    to: page?.to ?? range.to,
    bucketWidth,
    groups,
    groupBy: groups.flatMap((name): UsageDimension[] => {
      const dimension = ANALYTICS_GROUPS[name]
      return dimension === null ? [] : [dimension]
    }),
    byCostType: chosen.includes('cost_type'),
    byTokenType: chosen.includes('token_type'),
    filters: readAnalyticsFilters(query, rules.ids),
    excludesRemovedUsers,
    orderBy: readOrder(query, orders, bucketWidth),
    limit: readLimit(query, LIMIT),
    offset: page?.offset ?? 0,
  }
}

function readRange(
  query: URLSearchParams,
  bucketWidth: BucketWidth | null,
  nowMs: number,
): { readonly from: number; readonly to: number } {
  const from = requireTime(query, 'starting_at')
  if (from < Math.max(FIRST_TIME, nowMs - MAX_AGE_MS))
    throw invalidRequest(
      'starting_at: must be within the last 365 days and no earlier than 2026-01-01T00:00:00Z',
    )
  const to = readTime(query, 'ending_at')
  if (to === null) {
    if (bucketWidth !== null) throw invalidRequest('ending_at: Field required with time_bucket_width')
    return { from, to: Math.min(nowMs, from + MAX_RANGE_MS) }
  }
  checkDateRange(from, to)
  const maxDays = bucketWidth === '1m' ? 1 : 31
  if (to - from > maxDays * DAY_MS) {
    const range = bucketWidth === '1m' ? '24 hours with time_bucket_width=1m' : '31 days'
    throw invalidRequest(`Invalid date range: the range may span at most ${range}`)
  }
  return { from, to }
}

function readAnalyticsFilters(
  query: URLSearchParams,
  ids: ReportIds,
): Map<UsageDimension, readonly string[]> {
  const filters = readFilters(query, ANALYTICS_FILTERS, ids)
  const matchesNothing = UNUSED_FILTERS.some((name) => readValues(query, name).length > 0)
  return matchesNothing ? filters.set('model', []) : filters
}

function readOrder(
  query: URLSearchParams,
  orders: Readonly<Record<string, UsageOrder>>,
  bucketWidth: BucketWidth | null,
): AnalyticsRequest['orderBy'] {
  const direction = readChoice(query, 'order', ['asc', 'desc']) ?? 'desc'
  const names = Object.keys(orders)
  const standard = orders[names[0] ?? ''] ?? 'totalTokens'
  const name = readChoice(query, 'order_by', names)
  const by = name === undefined ? standard : (orders[name] ?? standard)
  if (by !== 'time') return [{ by, direction }]
  if (bucketWidth === null) return [{ by: standard, direction }]
  return [
    { by, direction },
    { by: standard, direction: 'desc' },
  ]
}

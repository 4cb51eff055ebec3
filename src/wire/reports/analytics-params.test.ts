import { describe, expect, it } from 'vitest'
import { parseAnalyticsCostParams, parseAnalyticsUsageParams } from './analytics-params.ts'
import { rankedCursor } from './report-cursor.ts'

const NOW = Date.UTC(2026, 10, 30, 17, 59)
const START = 'starting_at=2026-09-01T00:00:00Z'
const FROM = Date.UTC(2026, 8, 1)
const DAY_MS = 86_400_000

describe('parseAnalyticsUsageParams', () => {
  it('has defaults for everything but the start', () => {
    expect(parse(START)).toEqual({
      from: FROM,
      to: FROM + 31 * DAY_MS,
      bucketWidth: null,
      groups: [],
      groupBy: [],
      byCostType: false,
      byTokenType: false,
      filters: new Map(),
      excludesRemovedUsers: false,
      orderBy: [{ by: 'totalTokens', direction: 'desc' }],
      limit: 20,
      offset: 0,
    })
    expect(parse('starting_at=2026-11-30T00:00:00Z').to).toBe(NOW)
  })

  it.each([
    ['', 'starting_at: Field required'],
    ['starting_at=2025-12-31T23:59:59Z', 'starting_at: must be within the last 365 days and no earlier than'],
    [`${START}&time_bucket_width=1d`, 'ending_at: Field required with time_bucket_width'],
    [
      `${START}&ending_at=2026-08-31T00:00:00Z`,
      'Invalid date range: ending date must be after starting date',
    ],
    [`${START}&ending_at=2026-10-02T00:00:01Z`, 'Invalid date range: the range may span at most 31 days'],
    [
      `${START}&ending_at=2026-09-02T00:00:01Z&time_bucket_width=1m`,
      'Invalid date range: the range may span at most 24 hours with time_bucket_width=1m',
    ],
    [
      `${START}&${['actor', 'model', 'speed', 'product', 'agent_id', 'api_key_id'].map((name) => `group_by[]=${name}`).join('&')}`,
      'group_by: List should have at most 5 items, not 6',
    ],
    [`${START}&group_by[]=cost_type`, "group_by.0: Input should be 'actor', "],
    [`${START}&order_by=amount`, 'order_by: Input should be'],
    [`${START}&order=up`, "order: Input should be 'asc' or 'desc'"],
    [`${START}&exclude_deleted_users=true`, 'exclude_deleted_users: requires group_by[]=actor'],
    [`${START}&limit=1001`, 'The limit parameter must be between 1 and 1000, inclusive. Got 1001.'],
  ])('refuses %s', (query, text) => {
    expect(() => parse(query)).toThrow(text)
  })

  it('matches nothing by what no usage of this server has', () => {
    expect(parse(`${START}&agent_ids[]=agent_1&models[]=m`).filters.get('model')).toEqual([])
  })

  it('groups by what it has, and keeps the names of the rest', () => {
    const params = parse(`${START}&group_by[]=session_id&group_by[]=workspace_id&group_by[]=actor`)
    expect(params.groups).toEqual(['session_id', 'workspace_id', 'actor'])
    expect(params.groupBy).toEqual(['workspaceId', 'actor'])
  })

  it('orders by time with buckets only, and then by what it orders by otherwise', () => {
    const orders = (query: string) => parse(`${START}&${query}`).orderBy
    expect(orders('order_by=requests&order=asc')).toEqual([{ by: 'requests', direction: 'asc' }])
    expect(orders('order_by=time&order=asc')).toEqual([{ by: 'totalTokens', direction: 'asc' }])
    expect(orders('order_by=time&time_bucket_width=1h&ending_at=2026-09-02T00:00:00Z')).toEqual([
      { by: 'time', direction: 'desc' },
      { by: 'totalTokens', direction: 'desc' },
    ])
  })

  it('continues where a page of the same request ended, with the end that it had', () => {
    const query = `starting_at=2026-11-30T00:00:00Z&group_by[]=model`
    const end = NOW - 60_000
    const cursor = rankedCursor({ offset: 20, to: end }, new URLSearchParams(query))
    expect(parse(`${query}&limit=5&page=${cursor}`)).toMatchObject({ offset: 20, to: end, limit: 5 })
    for (const other of [
      `${query}&models[]=m&page=${cursor}`,
      `${query}&page=page`,
      `${query}&page=page_W10`,
    ]) {
      expect(() => parse(other)).toThrow('The page parameter is not a valid cursor for this request.')
      expect(parse(other, true)).toMatchObject({ offset: 0, to: NOW })
    }
  })
})

describe('parseAnalyticsCostParams', () => {
  it('splits rows by component and kind of tokens, which are no groups', () => {
    const names = ['actor', 'model', 'speed', 'product', 'api_key_id', 'cost_type', 'token_type']
    const query = `${START}&${names.map((name) => `group_by[]=${name}`).join('&')}&order_by=list_amount`
    const params = parseAnalyticsCostParams(new URLSearchParams(query), rules())
    expect(params.groups).toEqual(names.slice(0, 5))
    expect(params).toMatchObject({
      byCostType: true,
      byTokenType: true,
      orderBy: [{ by: 'cost', direction: 'desc' }],
    })
  })
})

const same = (id: string) => id

function rules(isLenient = false) {
  const ids = { shownWorkspace: same, storedWorkspace: same, resolveModel: same }
  return { lenientPaging: isLenient, ids, nowMs: NOW }
}

function parse(query: string, isLenient = false) {
  return parseAnalyticsUsageParams(new URLSearchParams(query), rules(isLenient))
}

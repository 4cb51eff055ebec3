import { describe, expect, it } from 'vitest'
import { usageSumsOf } from '../../../test/usage-sums-of.ts'
import type { AnalyticsReport, ReportedUser } from '../../usage/analytics-report.ts'
import { costLines, totalCost, totalTokens } from '../../usage/cost-line.ts'
import type { UsageSums } from '../../usage/usage-sums.ts'
import { analyticsCostBody } from './analytics-cost-body.ts'
import {
  type AnalyticsParams,
  parseAnalyticsCostParams,
  parseAnalyticsUsageParams,
} from './analytics-params.ts'
import { analyticsUsageBody } from './analytics-usage-body.ts'
import { readRankedCursor } from './report-cursor.ts'

const DAY = Date.UTC(2026, 10, 1)
const NOW = Date.UTC(2026, 10, 2, 0, 5, 0, 123)
const START = 'starting_at=2026-11-01T00:00:00Z'
const NO_GROUP = {
  actor: null,
  actor_type: null,
  agent_id: null,
  api_key_id: null,
  claude_tag_category: null,
  claude_tag_user_id: null,
  context_window: null,
  deployment_id: null,
  environment_id: null,
  inference_geo: null,
  model: null,
  organization_id: null,
  product: null,
  rbac_group_id: null,
  service_tier: null,
  session_id: null,
  slack_channel_id: null,
  speed: null,
  user_profile_id: null,
  workspace_id: null,
}
const NO_COST_GROUP = { ...NO_GROUP, cost_type: null, token_type: null }
const IDS = {
  shownWorkspace: (id: string) => (id === 'default' ? 'wrkspc_d' : id),
  storedWorkspace: (id: string) => id,
  resolveModel: (id: string) => id,
}
const RULES = { lenientPaging: false, ids: IDS, nowMs: NOW }

describe('analyticsUsageBody', () => {
  it('has the shape of the API', () => {
    const sums = usageSumsOf({ values: ['claude-opus-5-5'], uncachedInputTokens: 10, outputTokens: 5 })
    expect(usageBody('group_by[]=model', sums)).toEqual({
      data: [
        {
          ending_at: '2026-11-02T00:00:00Z',
          group: { ...NO_GROUP, model: 'claude-opus-5-5' },
          starting_at: '2026-11-01T00:00:00Z',
          usage: {
            cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
            cache_read_input_tokens: 0,
            output_tokens: 5,
            requests: 1,
            server_tool_use: { web_search_requests: 0 },
            total_tokens: 15,
            uncached_input_tokens: 10,
          },
        },
      ],
      data_refreshed_at: '2026-11-02T00:05:00Z',
      has_more: false,
      next_page: null,
    })
  })

  it('names actors, and the default workspace', () => {
    const users = new Map([['user_1', { name: 'A', email: 'a@example.com', isRemoved: false }]])
    const groupOf = (actor: string) =>
      usageBody(
        'group_by[]=actor&group_by[]=session_id&group_by[]=workspace_id',
        usageSumsOf({ values: [actor, 'default'] }),
        users,
      ).data[0].group
    expect(groupOf('svac_1')).toEqual({
      ...NO_GROUP,
      actor: { type: 'service_account_actor', service_account_id: 'svac_1' },
      workspace_id: 'wrkspc_d',
    })
    expect(groupOf('apikey_1').actor).toEqual({ type: 'api_actor', api_key_id: 'apikey_1' })
    expect(groupOf('').actor).toBe(null)
    const user = { type: 'user_actor', user_id: 'user_1', name: 'A', email_address: 'a@example.com' }
    expect(groupOf('user_1').actor).toEqual({ ...user, deleted: false })
    const removed = { ...user, user_id: 'user_2', name: null, email_address: null, deleted: true }
    expect(groupOf('user_2').actor).toEqual(removed)
  })

  it('has a cursor that the next request reads', () => {
    const query = new URLSearchParams(`${START}&group_by[]=model&limit=3`)
    const params = parseAnalyticsUsageParams(query, RULES)
    const report = { rows: [], nextOffset: 3, users: new Map() }
    const body = analyticsUsageBody(report, { params, query, ids: IDS, nowMs: NOW })
    const { has_more, next_page } = body as { has_more: boolean; next_page: string }
    expect(has_more).toBe(true)
    query.set('page', next_page)
    expect(readRankedCursor(query, () => true, RULES)).toEqual({ offset: 3, to: params.to })
  })
})

describe('analyticsCostBody', () => {
  const sums = usageSumsOf({
    values: ['m'],
    requests: 3,
    uncachedInputTokens: 10,
    uncachedInputCost: 120_000_000n,
    outputTokens: 1,
    outputCost: 5_000_000n,
  })

  it('has the shape of the API', () => {
    expect(costRows('group_by[]=model', sums)).toEqual([
      {
        cost: { amount: '12.5', currency: 'USD', list_amount: '12.5', requests: 3 },
        ending_at: '2026-11-02T00:00:00Z',
        group: { ...NO_COST_GROUP, model: 'm' },
        starting_at: '2026-11-01T00:00:00Z',
      },
    ])
  })

  it('has a row for each kind of tokens, and no requests then', () => {
    const rows = costRows('group_by[]=model&group_by[]=token_type', sums)
    expect(
      rows.map(({ cost, group }) => [cost.amount, cost.requests, group.cost_type, group.token_type]),
    ).toEqual([
      ['12', null, 'tokens', 'uncached_input_tokens'],
      ['0.5', null, 'tokens', 'output_tokens'],
    ])
    const [row] = costRows('group_by[]=model&group_by[]=cost_type', sums)
    expect(row?.cost).toMatchObject({ amount: '12.5', requests: null })
    expect(row?.group).toMatchObject({ cost_type: 'tokens', token_type: null })
  })
})

interface Row {
  readonly cost: { readonly amount: string; readonly requests: number | null }
  readonly group: Readonly<Record<string, unknown>>
}

function usageBody(query: string, sums: UsageSums, users: ReadonlyMap<string, ReportedUser> = new Map()) {
  const parameters = new URLSearchParams(`${START}&${query}`)
  const params = parseAnalyticsUsageParams(parameters, RULES)
  return analyticsUsageBody(reportOf(sums, users), page(params, parameters)) as { data: [Row] }
}

function costRows(query: string, sums: UsageSums): Row[] {
  const parameters = new URLSearchParams(`${START}&${query}`)
  const params = parseAnalyticsCostParams(parameters, RULES)
  const body = analyticsCostBody(reportOf(sums, new Map()), page(params, parameters))
  return (body as { data: Row[] }).data
}

function reportOf(sums: UsageSums, users: AnalyticsReport['users']): AnalyticsReport {
  const figures = { totalTokens: totalTokens(sums), cost: totalCost(sums), lines: costLines(sums) }
  return { rows: [{ from: DAY, to: DAY + 86_400_000, sums, ...figures }], nextOffset: null, users }
}

function page(params: AnalyticsParams, query: URLSearchParams) {
  return { params, query, ids: IDS, nowMs: NOW }
}

import { describe, expect, it } from 'vitest'
import { usageSumsOf } from '../../../test/usage-sums-of.ts'
import type { UsageDimension } from '../../usage/usage-dimension.ts'
import type { UsageReport, UsageReportRequest } from '../../usage/usage-report.ts'
import type { UsageSums } from '../../usage/usage-sums.ts'
import { usageReportBody } from './usage-report-body.ts'

const DAY = Date.UTC(2025, 7, 1)
const DAY_MS = 86_400_000

describe('usageReportBody', () => {
  it('has the shape of the API', () => {
    const groupBy: UsageDimension[] = [
      'apiKeyId',
      'workspaceId',
      'model',
      'serviceTier',
      'contextWindow',
      'inferenceGeo',
    ]
    const sums = usageSumsOf({
      values: ['apikey_01Rj', 'wrkspc_01Jw', 'claude-opus-4-6', 'standard', '0-200k', 'global'],
      uncachedInputTokens: 1500,
      cacheWrite1hTokens: 1000,
      cacheWrite5mTokens: 500,
      cacheReadTokens: 200,
      outputTokens: 500,
      webSearches: 10,
    })
    expect(bodyOf(sums, groupBy, Date.UTC(2025, 4, 14))).toEqual({
      data: [
        {
          ending_at: '2025-08-02T00:00:00Z',
          results: [
            {
              account_id: null,
              api_key_id: 'apikey_01Rj',
              cache_creation: { ephemeral_1h_input_tokens: 1000, ephemeral_5m_input_tokens: 500 },
              cache_read_input_tokens: 200,
              context_window: '0-200k',
              inference_geo: 'global',
              model: 'claude-opus-4-6',
              output_tokens: 500,
              server_tool_use: { web_search_requests: 10 },
              service_account_id: null,
              service_tier: 'standard',
              uncached_input_tokens: 1500,
              workspace_id: 'wrkspc_01Jw',
            },
          ],
          starting_at: '2025-08-01T00:00:00Z',
        },
      ],
      has_more: true,
      next_page: 'page_MjAyNS0wNS0xNFQwMDowMDowMFo=',
    })
  })

  it('has null for what it is not grouped by, for usage without it, and for the default workspace', () => {
    const names = ['account_id', 'api_key_id', 'service_account_id', 'workspace_id', 'model', 'service_tier']
    const nulls = Object.fromEntries(names.map((name) => [name, null]))
    expect(resultOf([])).toMatchObject({ ...nulls, inference_geo: null, context_window: null })
    expect(resultOf([])).not.toHaveProperty('speed')
    const groups: UsageDimension[] = ['userId', 'serviceAccountId', 'apiKeyId', 'workspaceId', 'inferenceGeo']
    expect(resultOf(groups, ['', '', '', 'default', ''])).toMatchObject({
      ...nulls,
      inference_geo: 'not_available',
    })
    expect(resultOf(['userId', 'speed'], ['user_1', 'fast'])).toMatchObject({
      account_id: 'user_1',
      speed: 'fast',
    })
  })

  it('has buckets in which nothing was used', () => {
    const report: UsageReport = { buckets: [{ from: DAY, to: DAY + DAY_MS, rows: [] }], nextFrom: null }
    expect(usageReportBody(report, requestBy([]))).toEqual({
      data: [{ starting_at: '2025-08-01T00:00:00Z', ending_at: '2025-08-02T00:00:00Z', results: [] }],
      has_more: false,
      next_page: null,
    })
  })
})

function resultOf(groupBy: readonly UsageDimension[], values: readonly string[] = []): object {
  const body = bodyOf(usageSumsOf({ values }), groupBy, null)
  return (body as { data: [{ results: [object] }] }).data[0].results[0]
}

function bodyOf(sums: UsageSums, groupBy: readonly UsageDimension[], nextFrom: number | null): object {
  const buckets = [{ from: DAY, to: DAY + DAY_MS, rows: [sums] }]
  return usageReportBody({ buckets, nextFrom }, requestBy(groupBy))
}

function requestBy(groupBy: readonly UsageDimension[]): UsageReportRequest {
  return { bucketWidth: '1d', from: DAY, to: null, limit: 7, groupBy, filters: new Map() }
}

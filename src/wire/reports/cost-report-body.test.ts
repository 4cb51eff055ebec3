import { describe, expect, it } from 'vitest'
import { usageSumsOf } from '../../../test/usage-sums-of.ts'
import { costLines, totalCost } from '../../usage/cost-line.ts'
import type { UsageSums } from '../../usage/usage-sums.ts'
import { costReportBody } from './cost-report-body.ts'
import { parseCostReportParams } from './cost-report-params.ts'

const START = 'starting_at=2025-08-01T00:00:00Z'

describe('costReportBody', () => {
  it('has the shape of the API, with a result for each kind of tokens', () => {
    const body = bodyOf(
      'group_by[]=workspace_id&group_by[]=description',
      usageSumsOf({
        values: ['wrkspc_01Jw', 'claude-opus-4-6', 'standard', '0-200k', 'global'],
        uncachedInputTokens: 1,
        uncachedInputCost: 1_237_891_200n,
        cacheReadTokens: 5,
      }),
    )
    const result = {
      amount: '123.78912',
      context_window: '0-200k',
      cost_type: 'tokens',
      currency: 'USD',
      description: 'The model claude-opus-4-6 Usage - Input Tokens',
      inference_geo: 'global',
      model: 'claude-opus-4-6',
      service_tier: 'standard',
      token_type: 'uncached_input_tokens',
      workspace_id: 'wrkspc_01Jw',
    }
    expect(body).toEqual({
      data: [
        {
          ending_at: '2025-08-02T00:00:00Z',
          results: [
            result,
            {
              ...result,
              amount: '0',
              description: 'The model claude-opus-4-6 Usage - Input Tokens, Cache Read',
              token_type: 'cache_read_input_tokens',
            },
          ],
          starting_at: '2025-08-01T00:00:00Z',
        },
      ],
      has_more: false,
      next_page: null,
    })
  })

  it('has one amount for everything without groups', () => {
    const sums = usageSumsOf({ outputTokens: 1, outputCost: 15_000_000n, cacheReadCost: 5_000_000n })
    expect(resultsOf(bodyOf('', sums))).toEqual([
      {
        amount: '2',
        context_window: null,
        cost_type: null,
        currency: 'USD',
        description: null,
        inference_geo: null,
        model: null,
        service_tier: null,
        token_type: null,
        workspace_id: null,
      },
    ])
  })

  it('also groups by key and model', () => {
    const sums = usageSumsOf({ values: ['apikey_1', 'default', 'm'] })
    const [result] = resultsOf(bodyOf('group_by[]=api_key_id&group_by[]=workspace_id&group_by[]=model', sums))
    expect(result).toMatchObject({
      api_key_id: 'apikey_1',
      workspace_id: null,
      model: 'm',
      amount: '0',
      description: null,
    })
  })
})

describe('parseCostReportParams', () => {
  const parse = (query: string) => parseCostReportParams(new URLSearchParams(query), { lenientPaging: false })

  it('groups descriptions by what they depend on, each once', () => {
    const params = parse(`${START}&group_by[]=model&group_by[]=description`)
    expect(params.groupBy).toEqual(['model', 'priceTier', 'contextWindow', 'inferenceGeo'])
    expect(params).toMatchObject({ byDescription: true, bucketWidth: '1d', limit: 7 })
  })

  it.each([
    ['bucket_width=1h', "bucket_width: Input should be '1d'"],
    ['limit=32', 'The limit parameter must be between 1 and 31, inclusive. Got 32.'],
    [
      'group_by[]=speed',
      "group_by.0: Input should be 'api_key_id', 'description', 'model' or 'workspace_id'",
    ],
    ['ending_at=2025-08-01T00:00:00Z', 'Invalid date range: ending date must be after starting date'],
  ])('refuses %s', (query, text) => {
    expect(() => parse(`${START}&${query}`)).toThrow(text)
  })
})

function bodyOf(query: string, sums: UsageSums): object {
  const params = parseCostReportParams(new URLSearchParams(`${START}&${query}`), { lenientPaging: false })
  const row = { values: sums.values, cost: totalCost(sums), lines: costLines(sums) }
  const bucket = { from: params.from, to: params.from + 86_400_000, rows: [row] }
  return costReportBody({ buckets: [bucket], nextFrom: null }, params, (id) => `The model ${id}`)
}

function resultsOf(body: object): object[] {
  return (body as { data: [{ results: object[] }] }).data[0].results
}

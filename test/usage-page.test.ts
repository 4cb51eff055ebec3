import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { usageCommand } from '../src/cli/usage-command.ts'
import { usageTable } from '../src/cli/usage-text.ts'
import { CONFIG_SCHEMA } from '../src/config/config-schema.ts'
import { ModelCatalog } from '../src/models/model-catalog.ts'
import { configuredPrices } from '../src/usage/price-settings.ts'
import { PriceTable } from '../src/usage/price-table.ts'
import { MAX_STORED_PRICES } from '../src/usage/stored-prices.ts'
import { MAX_PAGE_ROWS } from '../src/usage/usage-report.ts'
import type { UsageTableRow } from '../src/usage/usage-table.ts'
import { MAX_FILTER_VALUES } from '../src/wire/admin/read-query.ts'
import { usageRow } from './usage-rows.ts'

const PAGE = readFileSync(new URL('../docs/usage-and-cost.md', import.meta.url), 'utf8')
const [, example = ''] = /```json\n(.*?)```/s.exec(PAGE) ?? []
const PRICES = CONFIG_SCHEMA.parse(JSON.parse(example)).prices

describe('docs/usage-and-cost.md', () => {
  it('shows the table of the command, at the prices of the example', () => {
    const [, shown] = /```\n(Day .*?)```/s.exec(PAGE) ?? []
    const rows = [
      rowOf('2026-11-29', {
        requests: 12,
        errors: 0,
        input: 10_400,
        read: 52_000,
        write: 4_200,
        output: 6_210,
      }),
      rowOf('2026-11-30', { requests: 3, errors: 1, input: 2_600, read: 13_000, write: 0, output: 1_480 }),
    ]
    expect(shown).toBe(usageTable(rows, ['day', 'model']))
  })

  it('has the defaults of prices', () => {
    const [price] = configuredPrices(CONFIG_SCHEMA.parse({ prices: { m: { input: 1, output: 1 } } }).prices)
    const percent = (nanoDollars = 0) => nanoDollars / 10_000_000
    const defaults = {
      cacheRead: percent(price?.cacheRead),
      cacheWrite5m: percent(price?.cacheWrite5m),
      cacheWrite1h: percent(price?.cacheWrite1h),
    }
    for (const [field, value] of Object.entries(defaults))
      expect(PAGE).toMatch(new RegExp(`\\| \`${field}\` +\\|.*\\| ${value} % of \`input\` +\\|`))
    expect(PAGE).toMatch(new RegExp(`\\| \`batchPercent\` +\\|.*\\| ${price?.batchPercent} +\\|`))
  })

  it('has the flags and bounds of the code', () => {
    const flags = usageCommand().options.map(({ long }) => long)
    const named = [...PAGE.matchAll(/(?<![-\w])--[a-z]+/g)].map(([flag]) => flag)
    const others = ['--only']
    expect(named.filter((flag) => ![...flags, ...others].includes(flag))).toEqual([])
    expect(PAGE).toContain(`at most ${MAX_PAGE_ROWS.toLocaleString('en-US')} rows`)
    expect(PAGE).toContain(`at most ${MAX_FILTER_VALUES} values`)
    expect(PAGE).toContain(`At most ${MAX_STORED_PRICES.toLocaleString('en-US')} prices`)
  })
})

const catalog = new ModelCatalog({ configuredModelIds: [] })
const resolveModel = (id: string) => (catalog.has(id) ? catalog.resolve(id) : id)

function rowOf(
  day: string,
  tokens: Record<'requests' | 'errors' | 'input' | 'read' | 'write' | 'output', number>,
): UsageTableRow {
  const model = 'claude-sonnet-4-5-20250929'
  const used = {
    inputTokens: tokens.input,
    cacheReadTokens: tokens.read,
    cacheWriteTokens: tokens.write,
    outputTokens: tokens.output,
  }
  const cost = new PriceTable(configuredPrices(PRICES), resolveModel).costOf(
    usageRow({
      model,
      uncachedInputTokens: tokens.input,
      cacheReadTokens: tokens.read,
      cacheWrite5mTokens: tokens.write,
      cacheWrite1hTokens: 0,
      outputTokens: tokens.output,
    }),
  )
  const { priceFrom: _, ...costs } = cost
  const total = Object.values(costs).reduce((sum, amount) => sum + amount, 0)
  return { day, model, requests: tokens.requests, errors: tokens.errors, ...used, cost: BigInt(total) }
}

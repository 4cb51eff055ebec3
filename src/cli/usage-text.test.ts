import { describe, expect, it } from 'vitest'
import type { UsageTableRow } from '../usage/usage-table.ts'
import { dollars, usageCsv, usageJson, usageTable } from './usage-text.ts'

const ROW: UsageTableRow = {
  requests: 1_234,
  errors: 5,
  inputTokens: 1_000_000,
  cacheReadTokens: 20,
  cacheWriteTokens: 30,
  outputTokens: 40,
  cost: 1_234_567_890n,
}
const ROWS: UsageTableRow[] = [
  { ...ROW, day: '2026-11-29', key: { id: 'apikey_1', name: 'CI, "nightly"' } },
  { ...ROW, day: '2026-11-30', key: { id: '', name: '' }, requests: 1, cost: 5_000_000_049_999n },
]

describe('usageTable', () => {
  it('aligns columns, and ends with the total', () => {
    expect(usageTable(ROWS, ['day', 'key'])).toBe(
      [
        'Day         Key            Requests  Errors      Input  Cache read  Cache write  Output         Cost',
        '2026-11-29  CI, "nightly"     1,234       5  1,000,000          20           30      40      $1.2346',
        '2026-11-30  -                     1       5  1,000,000          20           30      40  $5,000.0000',
        'Total                         1,235      10  2,000,000          40           60      80  $5,001.2346',
        '',
      ].join('\n'),
    )
  })

  it('shows ids without a name, and no control characters', () => {
    const rows = [{ ...ROW, model: 'a\u001b[2Jb', workspace: { id: 'wrkspc_1', name: '' } }]
    const [, line] = usageTable(rows, ['model', 'workspace']).split('\n')
    expect(line).toMatch(/^a\ufffd\[2Jb {2}wrkspc_1 {6}1,234 /)
  })

  it('does not show a small cost as none', () => {
    const costs = [0n, 1n, 49_999n, 50_000n, 100_000n].map((cost) => {
      const [, line] = usageTable([{ ...ROW, day: '2026-11-30', cost }], ['day']).split('\n')
      return line?.split(/ +/).at(-1)
    })
    expect(costs).toEqual(['$0.0000', '<$0.0001', '<$0.0001', '$0.0001', '$0.0001'])
  })

  it('has no total of one row, and a sentence for none', () => {
    expect(usageTable(ROWS.slice(0, 1), ['day']).split('\n')).toHaveLength(3)
    expect(usageTable([], ['day'])).toBe('No requests were recorded in this time.\n')
  })
})

describe('usageCsv', () => {
  it('quotes what needs it, and costs exactly', () => {
    expect(usageCsv(ROWS, ['day', 'key'])).toBe(
      [
        'day,apiKeyId,apiKeyName,requests,errors,inputTokens,cacheReadTokens,cacheWriteTokens,outputTokens,costUsd',
        '2026-11-29,apikey_1,"CI, ""nightly""",1234,5,1000000,20,30,40,1.23456789',
        '2026-11-30,,,1,5,1000000,20,30,40,5000.000049999',
        '',
      ].join('\r\n'),
    )
  })
})

describe('usageJson', () => {
  it('has an object for each row', () => {
    const [row] = JSON.parse(
      usageJson(
        [{ ...ROW, model: 'm', workspace: { id: 'default', name: 'Default' } }],
        ['model', 'workspace'],
      ),
    )
    expect(row).toEqual({
      model: 'm',
      workspaceId: 'default',
      workspaceName: 'Default',
      requests: 1234,
      errors: 5,
      inputTokens: 1_000_000,
      cacheReadTokens: 20,
      cacheWriteTokens: 30,
      outputTokens: 40,
      costUsd: '1.23456789',
    })
  })
})

describe('dollars', () => {
  it.each([
    [0n, '0.00'],
    [1n, '0.000000001'],
    [10_000_000n, '0.01'],
    [1_500_000_000n, '1.50'],
    [9_007_199_254_740_993_000_000_000n, '9007199254740993.00'],
  ])('writes %s nano-dollars as %s', (nanoDollars, text) => {
    expect(dollars(nanoDollars)).toBe(text)
  })
})

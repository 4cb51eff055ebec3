import type { NamedId, TableGroup, UsageTableRow } from '../usage/usage-table.ts'
import { alignedTable } from './aligned-table.ts'

/** A dollar in nano-dollars. */
const DOLLAR = 1_000_000_000n
/** A ten-thousandth of a dollar: what a table rounds to. */
const TABLE_UNIT = 100_000n

const FIGURES = [
  ['requests', 'Requests'],
  ['errors', 'Errors'],
  ['inputTokens', 'Input'],
  ['cacheReadTokens', 'Cache read'],
  ['cacheWriteTokens', 'Cache write'],
  ['outputTokens', 'Output'],
] as const
const TITLES: Readonly<Record<TableGroup, string>> = {
  day: 'Day',
  model: 'Model',
  key: 'Key',
  workspace: 'Workspace',
}

/** Usage as a table for a terminal, with a total. */
export function usageTable(rows: readonly UsageTableRow[], by: readonly TableGroup[]): string {
  if (rows.length === 0) return 'No requests were recorded in this time.\n'
  const titles = [...by.map((group) => TITLES[group]), ...FIGURES.map(([, title]) => title), 'Cost']
  const lines = rows.map((row) => [...by.map((group) => groupText(row, group)), ...figureTexts(row)])
  const total = [...by.map((_, index) => (index === 0 ? 'Total' : '')), ...figureTexts(totalOf(rows))]
  const table = rows.length > 1 ? [titles, ...lines, total] : [titles, ...lines]
  return alignedTable(table, by.length)
}

/** Usage as JSON: a list of objects. */
export function usageJson(rows: readonly UsageTableRow[], by: readonly TableGroup[]): string {
  const objects = rows.map((row) => Object.fromEntries(namedValues(row, by)))
  return `${JSON.stringify(objects, null, 2)}\n`
}

/** Usage as CSV, with a line of names. */
export function usageCsv(rows: readonly UsageTableRow[], by: readonly TableGroup[]): string {
  const names = namedValues(totalOf([]), by).map(([name]) => name)
  const lines = rows.map((row) => namedValues(row, by).map(([, value]) => csvField(value)))
  return [names, ...lines].map((line) => `${line.join(',')}\r\n`).join('')
}

/** Dollars, exactly, with at least the cents. */
export function dollars(nanoDollars: bigint): string {
  const decimals = (nanoDollars % DOLLAR)
    .toString()
    .padStart(9, '0')
    .replace(/0{1,7}$/, '')
  return `${nanoDollars / DOLLAR}.${decimals}`
}

function namedValues(row: UsageTableRow, by: readonly TableGroup[]): [string, string | number | null][] {
  const groups = by.flatMap((group): [string, string | null][] => {
    if (group === 'day' || group === 'model') return [[group, row[group] ?? null]]
    const { id, name } = row[group] ?? { id: '', name: '' }
    return [
      [group === 'key' ? 'apiKeyId' : 'workspaceId', id || null],
      [group === 'key' ? 'apiKeyName' : 'workspaceName', name || null],
    ]
  })
  return [
    ...groups,
    ...FIGURES.map(([figure]): [string, number] => [figure, row[figure]]),
    ['costUsd', dollars(row.cost)],
  ]
}

function groupText(row: UsageTableRow, group: TableGroup): string {
  const value = row[group]
  const text = typeof value === 'object' ? nameOf(value) : value
  return text || '-'
}

function nameOf({ id, name }: NamedId): string {
  return name || id
}

function figureTexts(row: UsageTableRow): string[] {
  return [...FIGURES.map(([figure]) => row[figure].toLocaleString('en-US')), costText(row.cost)]
}

function costText(cost: bigint): string {
  const rounded = (cost + TABLE_UNIT / 2n) / TABLE_UNIT
  if (rounded === 0n && cost > 0n) return '<$0.0001'
  const decimals = (rounded % 10_000n).toString().padStart(4, '0')
  return `$${(rounded / 10_000n).toLocaleString('en-US')}.${decimals}`
}

function totalOf(rows: readonly UsageTableRow[]): UsageTableRow {
  const sum = (figure: (typeof FIGURES)[number][0]) => rows.reduce((total, row) => total + row[figure], 0)
  return {
    requests: sum('requests'),
    errors: sum('errors'),
    inputTokens: sum('inputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    outputTokens: sum('outputTokens'),
    cost: rows.reduce((total, { cost }) => total + cost, 0n),
  }
}

function csvField(value: string | number | null): string {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

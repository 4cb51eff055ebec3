import type { State } from '../state/state.ts'
import { totalCost } from './cost-line.ts'
import type { UsageDimension } from './usage-dimension.ts'
import { BUCKET_MS } from './usage-report.ts'
import { readUsageSums, type UsageSums } from './usage-sums.ts'

/** What a table has a row for each of. */
export const TABLE_GROUPS = ['day', 'model', 'key', 'workspace'] as const
export type TableGroup = (typeof TABLE_GROUPS)[number]

/** Most rows of a table. */
export const MAX_TABLE_ROWS = 100_000

const DIMENSIONS: Readonly<Record<TableGroup, readonly UsageDimension[]>> = {
  day: [],
  model: ['model'],
  key: ['apiKeyId'],
  workspace: ['workspaceId'],
}

/** An id with the name that it has for people, which is empty where it has none. */
export interface NamedId {
  readonly id: string
  readonly name: string
}

/** One row; what the table does not distinguish is absent. */
export interface UsageTableRow {
  /** As `2026-11-30`, in UTC. */
  readonly day?: string
  readonly model?: string
  readonly key?: NamedId
  readonly workspace?: NamedId
  readonly requests: number
  readonly errors: number
  readonly inputTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly outputTokens: number
  /** In nano-dollars. */
  readonly cost: bigint
}

/** Reads a table of usage for people: whole days of UTC, in milliseconds; `to` is the first that is not counted. */
export async function readUsageTable(
  { reports }: Pick<State, 'reports'>,
  { from, to, by }: { readonly from: number; readonly to: number; readonly by: readonly TableGroup[] },
): Promise<UsageTableRow[]> {
  const groupBy = by.flatMap((group) => DIMENSIONS[group])
  const sums = await readUsageSums(reports, {
    source: 'hours',
    ...{ from, to, groupBy },
    bucketMs: by.includes('day') ? BUCKET_MS['1d'] : null,
    filters: new Map(),
    withRefused: true,
    limit: MAX_TABLE_ROWS,
  })
  const keyNames = by.includes('key') ? await readNames({ reports }, 'apiKeys') : NO_NAMES
  const workspaceNames = by.includes('workspace') ? await readNames({ reports }, 'workspaces') : NO_NAMES
  return sums.map((row) => {
    const readValue = (dimension: UsageDimension) => row.values[groupBy.indexOf(dimension)] ?? ''
    return {
      ...(by.includes('day') ? { day: new Date(row.from).toISOString().slice(0, 10) } : {}),
      ...(by.includes('model') ? { model: readValue('model') } : {}),
      ...(by.includes('key') ? { key: named(readValue('apiKeyId'), keyNames) } : {}),
      ...(by.includes('workspace') ? { workspace: named(readValue('workspaceId'), workspaceNames) } : {}),
      ...figuresOf(row),
    }
  })
}

function figuresOf(sums: UsageSums) {
  return {
    requests: sums.requests,
    errors: sums.errors,
    inputTokens: sums.uncachedInputTokens,
    cacheReadTokens: sums.cacheReadTokens,
    cacheWriteTokens: sums.cacheWrite5mTokens + sums.cacheWrite1hTokens,
    outputTokens: sums.outputTokens,
    cost: totalCost(sums),
  }
}

type Names = ReadonlyMap<string, string>
const NO_NAMES: Names = new Map()

function named(id: string, names: Names): NamedId {
  return { id, name: names.get(id) ?? '' }
}

async function readNames(
  { reports }: Pick<State, 'reports'>,
  table: 'apiKeys' | 'workspaces',
): Promise<Names> {
  const rows = await reports.selectFrom(table).select(['id', 'name']).limit(MAX_TABLE_ROWS).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

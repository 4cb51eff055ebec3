import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openState, type State } from '../../src/state/state.ts'
import { type AnalyticsRequest, readAnalyticsReport } from '../../src/usage/analytics-report.ts'
import { readCostReport } from '../../src/usage/cost-report.ts'
import { insertRequests } from '../../src/usage/insert-requests.ts'
import { journalLine } from '../../src/usage/journal-line.ts'
import { readUsageReport, type UsageReportRequest } from '../../src/usage/usage-report.ts'
import { readUsageTable } from '../../src/usage/usage-table.ts'
import { usageRow } from '../../test/usage-rows.ts'
import type { Bench, Comparison } from '../bench.ts'
import type { BenchScale } from '../bench-options.ts'
import { OURS } from '../contender.ts'
import type { Row } from '../report.ts'

const REQUESTS: Record<BenchScale, number> = { full: 1_000_000, quick: 1_000_000, smoke: 2_000 }
const REQUESTS_A_COMMIT = 1_000
/** Every hour has a sum of each of these, as long as there are many more requests. */
const [KEYS, MODELS] = [10, 4]
const DAY_MS = 86_400_000
const DAYS = 31
const FROM = Date.UTC(2026, 9, 1)
const TO = FROM + DAYS * DAY_MS
const GOAL_MS = 50

const MONTH: UsageReportRequest = {
  bucketWidth: '1d',
  from: FROM,
  to: TO,
  limit: DAYS,
  groupBy: ['model'],
  filters: new Map(),
}
const RANKED: AnalyticsRequest = {
  from: FROM,
  to: TO,
  bucketWidth: null,
  groupBy: ['apiKeyId'],
  filters: new Map(),
  excludesRemovedUsers: false,
  orderBy: [{ by: 'cost', direction: 'desc' }],
  limit: 20,
  offset: 0,
}
const NOW = { nowMs: TO }

/** Reads the usage of the month by day and model. */
export function monthByDay(state: State): Promise<unknown> {
  return readUsageReport(state, MONTH, NOW)
}

const REPORTS: readonly (readonly [string, (state: State) => Promise<unknown>])[] = [
  ['a month by day and model', monthByDay],
  [
    'a month by day, key and model',
    (state) => readUsageReport(state, { ...MONTH, groupBy: ['apiKeyId', 'model'] }, NOW),
  ],
  [
    'a week by hour and key',
    (state) =>
      readUsageReport(state, { ...MONTH, bucketWidth: '1h', limit: 168, groupBy: ['apiKeyId'] }, NOW),
  ],
  [
    'a day by minute and model',
    (state) => readUsageReport(state, { ...MONTH, bucketWidth: '1m', limit: 1440 }, NOW),
  ],
  [
    'the costs of a month by description',
    (state) =>
      readCostReport(
        state,
        { ...MONTH, groupBy: ['model', 'priceTier', 'contextWindow', 'inferenceGeo'] },
        NOW,
      ),
  ],
  ['the most expensive keys of a month', (state) => readAnalyticsReport(state, RANKED)],
  [
    'continuo usage, a month by day and model',
    (state) => readUsageTable(state, { from: FROM, to: TO, by: ['day', 'model'] }),
  ],
]

/** How long a report takes over a million requests in a month: on SQLite, and on PostgreSQL where there is one. */
export const reports: Comparison = {
  section: 'reports',
  async run(bench) {
    const samples = new Map<string, Map<string, number[]>>(REPORTS.map(([title]) => [title, new Map()]))
    for (const [name, place, remove] of places()) {
      await measureReports(bench, name, place, samples)
      remove()
    }
    const rows = [...samples].map(
      ([title, times]): Row => ({
        title,
        unit: 'ms',
        better: 'lower',
        samples: times,
        goals: [{ against: null, value: GOAL_MS }],
      }),
    )
    const requests = REQUESTS[bench.options.scale].toLocaleString('en-US')
    return [{ section: 'reports', title: `Reports over ${requests} requests in a month`, rows }]
  },
}

/** The databases, which are empty, with the column that each has in the table. */
function places(): (readonly [name: string, place: string, remove: () => void])[] {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-reports-'))
  const postgres = process.env.CONTINUO_BENCH_POSTGRES
  return [
    [OURS, folder, () => rmSync(folder, { recursive: true })],
    ...(postgres === undefined ? [] : [['Continuo on PostgreSQL', postgres, () => undefined] as const]),
  ]
}

async function measureReports(
  { options, log }: Bench,
  name: string,
  place: string,
  samples: ReadonlyMap<string, Map<string, number[]>>,
): Promise<void> {
  const state = await openState(place)
  if (state === null) throw new Error('a place is not none')
  try {
    await fillUsage(state, REQUESTS[options.scale], log)
    for (let round = 0; round < options.rounds; round++) {
      for (const [title, read] of REPORTS) {
        const startMs = performance.now()
        await read(state)
        const times = samples.get(title)
        times?.set(name, [...(times.get(name) ?? []), performance.now() - startMs])
      }
    }
  } finally {
    await state.close()
  }
}

/** Records requests, spread over a month. */
export async function fillUsage(state: State, requests: number, log: (line: string) => void): Promise<void> {
  for (let first = 0; first < requests; first += REQUESTS_A_COMMIT) {
    if (first % 250_000 === 0) log(`reports: ${first} requests recorded on ${state.kind}`)
    const lines = Array.from({ length: Math.min(REQUESTS_A_COMMIT, requests - first) }, (_, index) => {
      const n = first + index
      const at = FROM + Math.floor((n / requests) * (TO - FROM))
      // Both change from one request to the next, and meet in every pair.
      const row = {
        requestId: `req_${n}`,
        at,
        apiKeyId: `apikey_${n % KEYS}`,
        model: `model-${Math.floor(n / KEYS) % MODELS}`,
      }
      return journalLine(usageRow(row)).trimEnd()
    })
    await state.relaxed
      .transaction()
      .execute((transaction) => insertRequests(transaction, state.kind, `[${lines.join(',')}]`))
  }
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { RANDOM_USAGE_MS, RANDOM_USAGE_START, randomUsageRows, recordUsage } from '../../test/random-usage.ts'
import { usageRow } from '../../test/usage-rows.ts'
import type { State } from '../state/state.ts'
import {
  BUCKET_MS,
  type BucketWidth,
  bucketStart,
  type ReportBucket,
  readUsageReport,
  type UsageReportRequest,
} from './usage-report.ts'

const DAY_MS = BUCKET_MS['1d']
const NOW = RANDOM_USAGE_START + 2 * RANDOM_USAGE_MS
const DAY = Date.UTC(2026, 10, 1)
const REQUEST: UsageReportRequest = {
  bucketWidth: '1d',
  from: DAY,
  to: null,
  limit: 7,
  groupBy: [],
  filters: new Map(),
}

describeOnDatabases('readUsageReport', (database) => {
  it('reports the same over minutes, hours and days, page by page', async () => {
    const state = await database.open()
    const range = fc.tuple(fc.integer({ min: -7, max: 80 }), fc.integer({ min: 1, max: 60 }))
    await fc.assert(
      fc.asyncProperty(
        randomUsageRows,
        range,
        fc.integer({ min: 1, max: 40 }),
        async (rows, [first, hours], limit) => {
          await recordUsage(state, rows)
          const from = bucketStart(RANDOM_USAGE_START, DAY_MS) + first * BUCKET_MS['1h']
          const request = { ...REQUEST, from, to: from + hours * BUCKET_MS['1h'], limit }
          for (const bucketWidth of ['1h', '1d'] as const) {
            const buckets = await readPages(state, { ...request, bucketWidth })
            const starts = buckets.map((bucket) => bucket.from)
            expect(starts).toEqual(expectedStarts(request.from, request.to, bucketWidth))
            const minutes = await readPages(state, {
              ...request,
              bucketWidth: '1m',
              limit: 1440,
              from: starts[0] ?? from,
              to: buckets.at(-1)?.to ?? from,
            })
            expect(buckets.map((bucket) => outputOf([bucket]))).toEqual(
              starts.map((start) =>
                outputOf(
                  minutes.filter((minute) => bucketStart(minute.from, BUCKET_MS[bucketWidth]) === start),
                ),
              ),
            )
          }
        },
      ),
      { numRuns: database.kind === 'sqlite' ? 15 : 5 },
    )
  })

  it('has buckets in which nothing was used', async () => {
    const state = await database.open()
    await recordUsage(state, [usageRow({ at: DAY + 1.5 * DAY_MS, outputTokens: 7 })])
    const { buckets, nextFrom } = await readReport(state, { limit: 3, from: DAY + 1 })
    expect(buckets.map(({ from, rows }) => [from, rows.map(({ outputTokens }) => outputTokens)])).toEqual([
      [DAY, []],
      [DAY + DAY_MS, [7]],
      [DAY + 2 * DAY_MS, []],
    ])
    expect(nextFrom).toBe(DAY + 3 * DAY_MS)
  })

  it('ends with the bucket that has begun', async () => {
    const state = await database.open()
    await recordUsage(state, [usageRow({ at: DAY, outputTokens: 7 })])
    for (const to of [null, DAY + 100 * DAY_MS]) {
      const { buckets, nextFrom } = await readUsageReport(state, { ...REQUEST, to }, { nowMs: DAY })
      expect(buckets.map(({ from, rows }) => [from, rows.length])).toEqual([[DAY, 1]])
      expect(nextFrom).toBe(null)
    }
    const later = { ...REQUEST, from: DAY + DAY_MS }
    expect(await readUsageReport(state, later, { nowMs: DAY })).toEqual({ buckets: [], nextFrom: null })
  })

  it('ends a page early that has too many rows', async () => {
    const state = await database.open()
    const days = [0, 0, 0, 1, 1, 2]
    await recordUsage(
      state,
      days.map((day, n) => usageRow({ requestId: `${n}`, model: `${n}`, at: DAY + day * DAY_MS })),
    )
    const pages: (readonly (readonly [number, number])[])[] = []
    let from: number | null = DAY
    while (from !== null && pages.length < 9) {
      const request: UsageReportRequest = { ...REQUEST, from, to: DAY + 4 * DAY_MS, groupBy: ['model'] }
      const report = await readUsageReport(state, request, { nowMs: NOW, maxRows: 3 })
      pages.push(report.buckets.map((bucket) => [(bucket.from - DAY) / DAY_MS, bucket.rows.length] as const))
      from = report.nextFrom
    }
    expect(pages).toEqual([
      [[0, 3]],
      [
        [1, 2],
        [2, 1],
        [3, 0],
      ],
    ])
    const tooSmall = readUsageReport(state, { ...REQUEST, groupBy: ['model'] }, { nowMs: NOW, maxRows: 2 })
    await expect(tooSmall).rejects.toThrow('more than 2 rows: group by less')
  })
})

describe('bucketStart', () => {
  it('is the start of the minute, hour and day of UTC', () => {
    const at = Date.parse('2026-11-01T23:59:59.999-02:30')
    const starts = (['1m', '1h', '1d'] as const).map((width) => bucketStart(at, BUCKET_MS[width]))
    expect(starts.map((start) => new Date(start).toISOString())).toEqual([
      '2026-11-02T02:29:00.000Z',
      '2026-11-02T02:00:00.000Z',
      '2026-11-02T00:00:00.000Z',
    ])
  })
})

function readReport(state: State, request: Partial<UsageReportRequest>) {
  return readUsageReport(state, { ...REQUEST, ...request }, { nowMs: NOW })
}

async function readPages(state: State, request: UsageReportRequest): Promise<ReportBucket[]> {
  const buckets: ReportBucket[] = []
  let from: number | null = request.from
  while (from !== null) {
    const page = await readReport(state, { ...request, from })
    expect(page.buckets.length).toBeLessThanOrEqual(request.limit)
    buckets.push(...page.buckets)
    from = page.nextFrom
  }
  return buckets
}

function expectedStarts(from: number, to: number, width: BucketWidth): number[] {
  const starts: number[] = []
  for (let start = bucketStart(from, BUCKET_MS[width]); start < to; start += BUCKET_MS[width])
    starts.push(start)
  return starts
}

function outputOf(buckets: readonly ReportBucket[]): number {
  return buckets.flatMap(({ rows }) => rows).reduce((sum, { outputTokens }) => sum + outputTokens, 0)
}

/** The width of the buckets of a report. */
export type BucketWidth = '1d' | '1h' | '1m'

/** A range of time in whole buckets, in UTC as reports have them. */
export interface ReportRange {
  readonly from: Date
  readonly to: Date
  readonly bucketWidth: BucketWidth
}

export const RANGES = [
  ['7d', 'Last 7 days'],
  ['24h', 'Last 24 hours'],
  ['1h', 'Last hour'],
  ['30d', 'Last 30 days'],
  ['90d', 'Last 90 days'],
] as const

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** How many buckets of each width a page of a report has at most. */
export const BUCKETS_PER_PAGE: Readonly<Record<BucketWidth, number>> = { '1d': 31, '1h': 168, '1m': 1440 }
const WIDTH_MS: Readonly<Record<BucketWidth, number>> = { '1d': DAY_MS, '1h': HOUR_MS, '1m': MINUTE_MS }

/**
 * The range that an address names: `range`, or a day or an hour that was opened, `at`, such as `2026-12-01` or
 * `2026-12-01T09`.
 */
export function readRange(range: string, at: string, nowMs: number): ReportRange {
  if (/^\d{4}-\d\d-\d\d$/.test(at)) return opened(Date.parse(`${at}T00:00:00Z`), DAY_MS, '1h', nowMs)
  if (/^\d{4}-\d\d-\d\dT\d\d$/.test(at)) return opened(Date.parse(`${at}:00:00Z`), HOUR_MS, '1m', nowMs)
  if (range === '1h') return until(nowMs, 60, '1m')
  if (range === '24h') return until(nowMs, 24, '1h')
  return until(nowMs, Number(/^(30|90)d$/.exec(range)?.[1] ?? 7), '1d')
}

/** What a bucket opens, as `at` in the address; null for the smallest. */
export function openedBy(startingAt: string, width: BucketWidth): string | null {
  if (width === '1m') return null
  return startingAt.slice(0, width === '1d' ? 10 : 13)
}

function opened(fromMs: number, lengthMs: number, bucketWidth: BucketWidth, nowMs: number): ReportRange {
  if (Number.isNaN(fromMs)) return until(nowMs, 7, '1d')
  return { from: new Date(fromMs), to: new Date(fromMs + lengthMs), bucketWidth }
}

function until(nowMs: number, count: number, bucketWidth: BucketWidth): ReportRange {
  const widthMs = WIDTH_MS[bucketWidth]
  const toMs = Math.floor(nowMs / widthMs) * widthMs + widthMs
  return { from: new Date(toMs - count * widthMs), to: new Date(toMs), bucketWidth }
}

/** Every bucket of a range: also those that a report leaves out because they have not begun. */
export function bucketStarts({ from, to, bucketWidth }: ReportRange): readonly string[] {
  const starts: string[] = []
  for (let atMs = from.getTime(); atMs < to.getTime(); atMs += WIDTH_MS[bucketWidth]) {
    starts.push(new Date(atMs).toISOString().replace('.000Z', 'Z'))
  }
  return starts
}

const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' })

/** A bucket in short, for an axis, and in full. Days are those of UTC; hours and minutes are local. */
export function describeBucket(
  startingAt: string,
  width: BucketWidth,
): { readonly short: string; readonly full: string } {
  const date = new Date(startingAt)
  if (width === '1d') return { short: DAY.format(date), full: startingAt.slice(0, 10) }
  const local = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hour12: false }).format(
    date,
  )
  return { short: local, full: `${local}, ${startingAt.slice(0, 16).replace('T', ' ')} UTC` }
}

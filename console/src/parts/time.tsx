interface TimeProps {
  /** ISO 8601 or milliseconds; null for never. */
  readonly at: string | number | null | undefined
  /** What stands in place of a time that there is not. */
  readonly none?: string
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const DATE = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})
const YEAR = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' })
const EXACT = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' })

/** A time as people say it, in their own time zone; the exact one on hover. */
export function Time({ at, none = 'never' }: TimeProps) {
  if (at === null || at === undefined) return <span class="muted">{none}</span>
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()} title={`${EXACT.format(date)}\n${date.toISOString()}`}>
      {describeTime(date.getTime(), Date.now())}
    </time>
  )
}

/** "12 min ago", "in 3 hr", "2 Dec, 14:03". */
export function describeTime(atMs: number, nowMs: number): string {
  const differenceMs = atMs - nowMs
  const distanceMs = Math.abs(differenceMs)
  if (distanceMs < MINUTE_MS) return differenceMs <= 0 ? 'just now' : 'in a moment'
  if (distanceMs < HOUR_MS) return RELATIVE.format(Math.trunc(differenceMs / MINUTE_MS), 'minute')
  if (distanceMs < DAY_MS) return RELATIVE.format(Math.trunc(differenceMs / HOUR_MS), 'hour')
  return (distanceMs < 300 * DAY_MS ? DATE : YEAR).format(atMs)
}

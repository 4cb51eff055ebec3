/** How often a limit of money starts again: at midnight, on Mondays, or on the first of the month, in UTC. */
export type SpendPeriod = 'daily' | 'weekly' | 'monthly'

const DAY_MS = 24 * 60 * 60_000

/** The period that a time is in. */
export function spendPeriodAt(
  period: SpendPeriod,
  nowMs: number,
): { readonly startMs: number; readonly endMs: number } {
  const now = new Date(nowMs)
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  switch (period) {
    case 'daily': {
      const startMs = Date.UTC(year, month, day)
      return { startMs, endMs: startMs + DAY_MS }
    }
    case 'weekly': {
      const sinceMonday = (now.getUTCDay() + 6) % 7
      const startMs = Date.UTC(year, month, day - sinceMonday)
      return { startMs, endMs: startMs + 7 * DAY_MS }
    }
    case 'monthly':
      return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) }
  }
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SpendPeriod, spendPeriodAt } from './spend-period.ts'

const HOUR_MS = 3_600_000
const datesOf = (period: SpendPeriod, time: string) => {
  const { startMs, endMs } = spendPeriodAt(period, Date.parse(time))
  return [startMs, endMs].map((ms) => new Date(ms).toISOString())
}

describe('spendPeriodAt', () => {
  it.each([
    ['daily', '2026-02-28T23:59:59.999Z', '2026-02-28', '2026-03-01'],
    ['weekly', '2026-11-30T00:00:00Z', '2026-11-30', '2026-12-07'],
    ['weekly', '2026-12-06T23:59:59Z', '2026-11-30', '2026-12-07'],
    ['weekly', '2027-01-01T12:00:00Z', '2026-12-28', '2027-01-04'],
    ['monthly', '2026-12-31T23:00:00Z', '2026-12-01', '2027-01-01'],
    ['monthly', '2028-02-29T00:00:00Z', '2028-02-01', '2028-03-01'],
  ] as const)('%s at %s', (period, time, start, end) => {
    expect(datesOf(period, time)).toEqual([`${start}T00:00:00.000Z`, `${end}T00:00:00.000Z`])
  })

  it('has every time in one period, which begins where the last one ended', () => {
    const time = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) })
    fc.assert(
      fc.property(fc.constantFrom<SpendPeriod>('daily', 'weekly', 'monthly'), time, (period, nowMs) => {
        const { startMs, endMs } = spendPeriodAt(period, nowMs)
        expect(startMs <= nowMs && nowMs < endMs).toBe(true)
        expect(spendPeriodAt(period, endMs).startMs).toBe(endMs)
        expect(spendPeriodAt(period, startMs - 1).endMs).toBe(startMs)
        // Sums of usage are by the hour.
        expect(startMs % HOUR_MS).toBe(0)
      }),
    )
  })
})

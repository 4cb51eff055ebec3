import { InvalidArgumentError } from 'commander'

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const DURATION = /^(\d{1,5})([mhd])$/
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/

/**
 * Reads when something expires: a time from now, as `12h` or `30d`, or a day or time, as `2027-01-31`. Returns the time in
 * milliseconds, given the time now.
 */
export function readExpiry(text: string): (nowMs: number) => number {
  const [, count, unit] = DURATION.exec(text) ?? []
  if (count !== undefined) {
    const durationMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
    return (nowMs) => nowMs + durationMs
  }
  const timeMs = DATE.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(timeMs)) {
    throw new InvalidArgumentError('Use a time from now, as 12h or 30d, or a day, as 2027-01-31.')
  }
  return () => timeMs
}

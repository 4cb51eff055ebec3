/** Several measurements of one figure. */
export interface Spread {
  readonly median: number
  readonly lowest: number
  readonly highest: number
}

/** The spread of measurements. @throws Error when there are none */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const [lowest] = sorted
  const highest = sorted.at(-1)
  if (lowest === undefined || highest === undefined) throw new Error('nothing was measured')
  return { median: percentile(sorted, 50), lowest, highest }
}

/** A percentile of sorted values, interpolated between two of them. */
export function percentile(sorted: readonly number[], percent: number): number {
  const place = ((sorted.length - 1) * percent) / 100
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? Number.NaN
  return below + (above - below) * (place - Math.floor(place))
}

/** Where the ticks of an axis are, from 0 to a round number at or above the largest value. */
export interface Scale {
  readonly max: number
  readonly ticks: readonly number[]
}

const STEPS = [1, 2, 2.5, 5, 10]

/** An axis with about as many ticks as asked for. Counts get no ticks between whole numbers. */
export function scaleFor(largest: number, { tickCount = 4, isCount = false } = {}): Scale {
  if (!(largest > 0)) return { max: 1, ticks: [0, 1] }
  const rough = largest / tickCount
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const factor = STEPS.find((each) => each * magnitude >= rough * (1 - 1e-9)) ?? 10
  const step = isCount ? Math.max(1, Math.ceil(factor * magnitude)) : factor * magnitude
  const count = Math.max(1, Math.ceil(largest / step - 1e-9))
  return { max: count * step, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) }
}

/** Which of many labels fit beneath an axis: every nth, so that at most this many are shown. */
export function labelStep(count: number, mostShown: number): number {
  return Math.max(1, Math.ceil(count / Math.max(1, mostShown)))
}

import { describe, expect, it } from 'vitest'
import type { RegressionName } from '../judges/regressions.ts'
import { fuzz } from './fuzz.ts'
import { HEAVY_TARGETS } from './heavy-targets.ts'

/** What CI runs, which finds nothing without a regression; whatever the seed, it sends each kind in several sizes. */
const INPUTS = 5_000
/** The seeds that are tried: a client may disconnect too early to see what an input does. */
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 180_000 }
const KIB = 1024

interface Finding {
  readonly regression: RegressionName
  readonly target: string
  /** The inputs that find it. */
  readonly kind: string
  readonly bytes: readonly [min: number, max: number]
}

const FINDINGS: readonly Finding[] = [
  {
    regression: 'uncounted combinations',
    target: 'schemas',
    kind: 'a square of alternatives',
    bytes: [4 * KIB, 16 * KIB],
  },
  {
    regression: 'unbounded grammar steps',
    target: 'patterns',
    kind: 'repetitions of groups, as alternatives',
    bytes: [KIB / 2, 2 * KIB],
  },
  {
    regression: 'a copy for each message',
    target: 'grown requests',
    kind: 'messages of tools',
    bytes: [900 * KIB, 1400 * KIB],
  },
  {
    regression: 'uncounted turns',
    target: 'grown requests',
    kind: 'empty turns',
    bytes: [2048 * KIB, 4096 * KIB],
  },
]

describe('the fuzzer', () => {
  it.each(FINDINGS)('finds $regression within a short run', PATIENT, async (finding) => {
    const { targets } = await fuzz({
      inputs: INPUTS,
      ...inputOf(finding),
      only: finding.target,
      regression: finding.regression,
      onTargetDone: () => undefined,
    })
    const failures = targets.flatMap((target) => target.failures)
    expect(failures).toEqual([expect.stringContaining(finding.kind)])
  })
})

/** Which of a target's inputs is large enough to find a regression, and small enough to be judged soon. */
function inputOf({ target: name, kind, bytes: [min, max] }: Finding): { seed: number; path: string } {
  const target = HEAVY_TARGETS.find((one) => one.name === name)
  for (const seed of SEEDS) {
    const inputs = target?.inputs(seed, target.leastInputs) ?? []
    const number = inputs.findIndex(({ what, body, disconnectsAfterMs }) => {
      if (!what.endsWith(kind) || disconnectsAfterMs !== null) return false
      const { length } = body()
      return length >= min && length <= max
    })
    if (number !== -1) return { seed, path: String(number) }
  }
  throw new Error(`no input of ${name} has ${kind}`)
}

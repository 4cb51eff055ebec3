import { describe, expect, it } from 'vitest'
import { REGRESSIONS, type RegressionName } from '../judges/regressions.ts'
import { fuzz } from './fuzz.ts'
import { HEAVY_TARGETS } from './heavy-targets.ts'

/** What CI runs, which finds nothing without a regression; whatever the seed, it sends each kind in several sizes. */
const INPUTS = 5_000
/** The seeds that are tried: a client may disconnect too early to see what an input does. */
const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1)
/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 400_000 }
const KIB = 1024

interface Finding {
  readonly regression: RegressionName
  readonly target: string
  /** What there is much of in the inputs that find it. */
  readonly what: RegExp
  readonly kibibytes: readonly [min: number, max: number]
}

const OF_EMBEDDED = '^(messages|chat completions|responses), claude-2.1, .*: '
const kindOf = (kind: string) => new RegExp(`${OF_EMBEDDED}${kind}$`)

/** One for each kind of fault that ended or froze the server once. */
const FINDINGS: readonly Finding[] = [
  {
    regression: 'uncounted combinations',
    target: 'schemas',
    what: kindOf('a square of alternatives'),
    kibibytes: [4, 16],
  },
  {
    regression: 'a scan for each required name',
    target: 'schemas',
    what: kindOf('required properties'),
    kibibytes: [400, 700],
  },
  {
    regression: 'a copy for each part of all',
    target: 'schemas',
    what: kindOf('parts that require'),
    kibibytes: [400, 700],
  },
  {
    regression: 'endless chains of references',
    target: 'schemas',
    what: kindOf('a chain of references through all'),
    kibibytes: [400, 700],
  },
  {
    regression: 'uncounted patterns',
    target: 'patterns',
    what: kindOf('pattern, letters'),
    kibibytes: [900, 1200],
  },
  {
    regression: 'unbounded grammar steps',
    target: 'patterns',
    what: kindOf('pattern, repetitions of groups, as alternatives'),
    kibibytes: [0.5, 2],
  },
  {
    regression: 'a search for each private character',
    target: 'grown requests',
    what: /^messages, claude-2.1, (system|messages).*: a control word, a long word and private characters$/,
    kibibytes: [1000, 1500],
  },
  {
    regression: 'a copy for each message',
    target: 'grown requests',
    what: /messages of tools$/,
    kibibytes: [900, 1400],
  },
  {
    regression: 'uncounted turns',
    target: 'grown requests',
    what: /empty turns$/,
    kibibytes: [2048, 4096],
  },
  {
    regression: 'an error for each wrong entry',
    target: 'grown requests',
    what: /^complete, claude-2.1, stop_sequences: a list of numbers$/,
    kibibytes: [600, 4000],
  },
  {
    regression: 'a long prompt before others',
    target: 'grown requests',
    what: new RegExp(`${OF_EMBEDDED}a language of many letters$`),
    kibibytes: [2500, 6000],
  },
]

it('has an input for each regression', () => {
  expect(FINDINGS.map(({ regression }) => regression).sort()).toEqual(Object.keys(REGRESSIONS).sort())
})

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
    expect(failures).toEqual([expect.stringMatching(/Meet it again/)])
  })
})

/** Which of a target's inputs is large enough to find a regression, and small enough to be judged soon. */
function inputOf({ target: name, what: wanted, kibibytes: [min, max] }: Finding): {
  seed: number
  path: string
} {
  const target = HEAVY_TARGETS.find((one) => one.name === name)
  for (const seed of SEEDS) {
    const inputs = target?.inputs(seed, target.leastInputs) ?? []
    const number = inputs.findIndex(({ what, body, disconnectsAfterMs }) => {
      if (!wanted.test(what) || disconnectsAfterMs !== null) return false
      const { length } = body()
      return length >= min * KIB && length <= max * KIB
    })
    if (number !== -1) return { seed, path: String(number) }
  }
  throw new Error(`no input of ${name} has ${wanted}`)
}

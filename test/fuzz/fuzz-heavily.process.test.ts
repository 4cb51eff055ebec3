import { expect, it } from 'vitest'
import { withFaults } from '../judges/seeded-fault.ts'
import { COUNT_TOKENS_ROUTE } from '../routes/messages-routes.ts'
import { fuzzHeavily } from './fuzz-heavily.ts'
import type { HeavyTarget } from './heavy-input.ts'

/** Inputs that are not heavy at all. */
const LIGHT_TARGET: HeavyTarget = {
  name: 'light inputs',
  share: 1,
  leastInputs: 1,
  inputs: (_, count) =>
    Array.from({ length: count }, (_, index) => ({
      what: `input ${index}`,
      recipe: () => 'none',
      route: COUNT_TOKENS_ROUTE,
      body: () => JSON.stringify(COUNT_TOKENS_ROUTE.body),
      disconnectsAfterMs: null,
    })),
}

const PATIENT = { timeout: 180_000 }
const MIB = 1024 * 1024

it.each([
  ['server', 'leak heap', MIB],
  ['engine', 'leak native memory', MIB],
] as const)('finds what each input leaves behind in the %s', PATIENT, async (process, type, amount) => {
  const options = { seed: 1, inputs: 80, count: 80, only: null }
  const faults = withFaults({ process, everyRequests: 1, type, amount })
  const { failures } = await fuzzHeavily(LIGHT_TARGET, { ...options, faults })
  expect(failures).toEqual([
    expect.stringMatching(`the ${process}: it holds \\d+ bytes more than 40 inputs before`),
  ])
})

it('finds nothing where nothing is left behind', PATIENT, async () => {
  const { failures } = await fuzzHeavily(LIGHT_TARGET, { seed: 1, inputs: 80, count: 80, only: null })
  expect(failures).toEqual([])
})

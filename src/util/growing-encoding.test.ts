import { describe, it } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { many, manyKeys } from '../../test/growing-values.ts'
import { encodeJson } from './encode-json.ts'
import { WorkSlices } from './work-slices.ts'

describe('encodeJson', () => {
  it.each([
    ['keys', manyKeys],
    [
      'keys deep inside',
      (size: number) => many(50, () => 0).reduce<unknown>((inner) => ({ a: [inner] }), manyKeys(size)),
    ],
    ['objects', (size: number) => many(size, () => ({ a: [{ b: 'c' }] }))],
  ])('takes time in proportion to %s', async (_, make) => {
    await expectLinearCost({ make, run: (value: unknown) => encodeJson(value, new WorkSlices()) }, 10_000)
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { timeBase58 } from './base58.ts'

const YEAR_5000_MS = Date.UTC(5000, 0)

it('timeBase58 has eight characters, in whose order texts are sorted by time', () => {
  const time = fc.integer({ min: 0, max: YEAR_5000_MS })
  fc.assert(
    fc.property(time, time, (a, b) => {
      const [textA, textB] = [timeBase58(a), timeBase58(b)]
      expect([textA.length, textB.length]).toEqual([8, 8])
      expect(textA < textB).toBe(a < b)
    }),
  )
})

import { describe, it } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { many } from '../../test/growing-values.ts'
import { StopSequenceMatcher } from './stop-sequence-matcher.ts'

describe('StopSequenceMatcher', () => {
  it.each([
    ['one long stop sequence', (size: number) => ['ab'.repeat(size / 2)]],
    [
      'many with the same beginning',
      (size: number) => many(size / 16, (i) => `a stop sequence ${i}`.slice(0, 16)),
    ],
    [
      'many that differ',
      (size: number) => many(size / 16, (i) => String(i).padStart(16, String.fromCharCode(i))),
    ],
    [
      'many that end alike',
      (size: number) => many(128, (i) => String.fromCharCode(i) + 'a'.repeat(size / 128)),
    ],
  ])('takes time in proportion to %s', async (_, make) => {
    await expectLinearCost({ make, run: (all: string[]) => new StopSequenceMatcher(all) }, 16_384)
  })

  it('takes time in proportion to a text that may become one, token by token', async () => {
    const make = (size: number) => ({ matcher: new StopSequenceMatcher([`${'a'.repeat(100_000)}b`]), size })
    const run = ({ matcher, size }: ReturnType<typeof make>) => {
      matcher.flush()
      for (let token = 0; token < size; token++) matcher.push('a')
    }
    await expectLinearCost({ make, run }, 20_000)
  })
})

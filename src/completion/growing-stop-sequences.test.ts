import { describe, test } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { many } from '../../test/growing-values.ts'
import { StopSequenceMatcher } from './stop-sequence-matcher.ts'

describe('StopSequenceMatcher, with growing input', () => {
  test.each([
    ['one that is long', (size: number) => ['ab'.repeat(size / 2)]],
    [
      'many with one beginning',
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
  ])('%s', async (_, make) => {
    await expectLinearCost({ make, run: (all: string[]) => new StopSequenceMatcher(all) }, 16_384)
  })

  test('a text that might become one, token by token', async () => {
    const make = (size: number) => ({ matcher: new StopSequenceMatcher([`${'a'.repeat(100_000)}b`]), size })
    const run = ({ matcher, size }: ReturnType<typeof make>) => {
      matcher.flush()
      for (let token = 0; token < size; token++) matcher.push('a')
    }
    await expectLinearCost({ make, run }, 20_000)
  })
})

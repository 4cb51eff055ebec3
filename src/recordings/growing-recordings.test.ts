import { describe, it } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { longText, many } from '../../test/growing-values.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { NORMALIZING_RULES, REDACTING_RULES } from './built-in-rules.ts'
import { firstDifference } from './first-difference.ts'
import { mapTexts } from './map-texts.ts'
import { TextRules } from './text-rules.ts'

const rules = new TextRules([...NORMALIZING_RULES, ...REDACTING_RULES])
const SIZE = 16_384

/** Beginnings of everything that the patterns look for, none of which is complete. */
const HOSTILE: readonly string[] = [
  ...['2026-11-', '2026-11-30T', '12345678-1234-', 'call_a', 'toolu_', 'req_1', '/tmp/', '/home/', '/Users/'],
  ...['C:\\Users\\', 'sk-', 'sk-ant-', 'ghp_', 'AKIA', 'AIza', 'xoxb-', 'eyJ', 'eyJaaaaaaaaaaaa.', 'Bearer '],
  ...['-----BEGIN PRIVATE KEY-----', '-----BEGIN ', '/private', '/var/folders/a/'],
]

describe('the patterns of recordings', () => {
  it.each(HOSTILE)('take time in proportion to a text of %s', async (beginning) => {
    const make = (size: number) => beginning.repeat(Math.ceil(size / beginning.length)).slice(0, size)
    await expectLinearCost({ make, run: (text: string) => rules.apply(text, new WorkSlices()) }, SIZE)
  })

  it('take time in proportion to a request', async () => {
    const make = (size: number) => ({
      turns: many(size, (index) => ({ text: `turn ${index}` })),
      system: longText(size),
    })
    const run = (request: object) => mapTexts(request, { rules, slices: new WorkSlices(), units: 0 })
    await expectLinearCost({ make, run }, 2_000)
  })

  it('take time in proportion to what is compared', async () => {
    const make = (size: number) => many(size, (index) => ({ parts: [{ text: `turn ${index}` }] }))
    const run = (turns: readonly object[]) => {
      firstDifference([...structuredClone(turns), { last: 1 }], [...turns, { last: 2 }])
    }
    await expectLinearCost({ make, run }, 2_000)
  })
})

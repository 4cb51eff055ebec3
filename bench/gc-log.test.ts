import { expect, it } from 'vitest'
import { GcLog } from './gc-log.ts'

const SCAVENGE =
  '[2461:0x25a2a000]       15 ms: Scavenge 4.7 (5.8) -> 4.3 (6.8) MB, pooled: 0 MB, 0.85 / 0.00 ms  (average mu = 1.000, current mu = 1.000) allocation failure; \n'

it('reads the pauses of the main thread, however they are cut, between other lines', () => {
  const log = new GcLog()
  const full =
    '[2461:0x25a2a000]       48 ms: Mark-Compact 3.9 (5.8) -> 3.7 (6.5) MB, pooled: 0 MB, 21.11 / 0.00 ms  (average mu = 0.5) testing\n'
  const output = `${SCAVENGE}{"level":30}\n${SCAVENGE.replace('0x25a2a000', '0x99')}${full}`
  for (const character of output) log.push(character)
  expect(log.take()).toEqual([0.85, 21.11])
  expect(log.take()).toEqual([])
})

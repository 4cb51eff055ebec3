import { expect, it } from 'vitest'
import { endStartPhase, sinceStart, startPhases } from './start-phases.ts'

it('records when phases ended, the first time each, in order', () => {
  endStartPhase('a')
  const { a } = startPhases()
  endStartPhase('b')
  endStartPhase('a')
  // Other tests of the same process may have started a server.
  const names = Object.keys(startPhases())
  expect(names.filter((name) => name === 'a' || name === 'b')).toEqual(['a', 'b'])
  expect(startPhases().a).toBe(a)
  expect(startPhases().b).toBeGreaterThanOrEqual(startPhases().a ?? Number.NaN)
})

it('counts from the start of this process', () => {
  expect(sinceStart({ early: performance.timeOrigin + 12.34, other: performance.timeOrigin - 5 })).toEqual({
    early: 12.3,
    other: -5,
  })
})

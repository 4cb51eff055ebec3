import { expect, it } from 'vitest'
import { BackOff } from './back-off.ts'
import { StateError } from './state-error.ts'

const DOWN = new StateError('unavailable', 'no answer')

it('refuses at once between two tries, longer after each, up to two seconds', () => {
  let nowMs = 1_000
  const backOff = new BackOff(() => nowMs)
  expect(backOff.refusal()).toBeNull()
  const pauses: number[] = []
  for (let tries = 0; tries < 8; tries++) {
    backOff.fail(DOWN)
    expect(backOff.refusal()).toMatchObject({ code: 'unavailable', message: 'no answer' })
    const failedAtMs = nowMs
    while (backOff.refusal() !== null) nowMs++
    pauses.push(nowMs - failedAtMs)
  }
  // With a quarter more or less, so that instances do not try all at once.
  for (const [tries, middle] of [100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000].entries()) {
    expect(pauses[tries]).toBeGreaterThanOrEqual(middle * 0.75)
    expect(pauses[tries]).toBeLessThanOrEqual(middle * 1.25 + 1)
  }
})

it('counts tries that ran side by side as one, and begins again after a success', () => {
  let nowMs = 0
  const backOff = new BackOff(() => nowMs)
  for (let tries = 0; tries < 50; tries++) backOff.fail(DOWN)
  nowMs = 126
  expect(backOff.refusal()).toBeNull()
  backOff.fail(DOWN)
  backOff.succeed()
  expect(backOff.refusal()).toBeNull()
  backOff.fail(DOWN)
  nowMs += 126
  expect(backOff.refusal()).toBeNull()
})

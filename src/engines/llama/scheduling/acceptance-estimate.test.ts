import { describe, expect, it } from 'vitest'
import { AcceptanceEstimate } from './acceptance-estimate.ts'

describe('AcceptanceEstimate', () => {
  it('begins with the first rates, and approaches what is observed, each class by itself', () => {
    const estimate = new AcceptanceEstimate([0.2, 0.9])
    expect([estimate.rateOf(0), estimate.rateOf(1)]).toEqual([0.2, 0.9])
    for (let token = 0; token < 200; token++) estimate.observe(1, token % 2 === 0)
    expect(estimate.rateOf(0)).toBe(0.2)
    expect(estimate.rateOf(1)).toBeCloseTo(0.5, 1)
  })

  it('follows a text that changes', () => {
    const estimate = new AcceptanceEstimate([0.5])
    for (let token = 0; token < 1_000; token++) estimate.observe(0, true)
    for (let token = 0; token < 100; token++) estimate.observe(0, false)
    expect(estimate.rateOf(0)).toBeLessThan(0.2)
  })
})

import { describe, expect, it } from 'vitest'
import { StepCosts } from './step-costs.ts'

function observing(
  steps: number,
  draftTokens: number,
  elapsedMs: number,
  costs = new StepCosts(),
): StepCosts {
  costs.observe(1, 0, 10)
  for (let step = 0; step < steps; step++) costs.observe(1, draftTokens, elapsedMs)
  return costs
}

describe('StepCosts', () => {
  it('expects a dear second token before anything is measured', () => {
    const costs = new StepCosts()
    for (const elapsedMs of [0, 0]) costs.observe(1, 3, elapsedMs)
    expect(costs.relativeCost(1, 0)).toBe(1)
    expect(costs.relativeCost(1, 1)).toBeGreaterThan(2)
    expect(costs.relativeCost(1, 8)).toBeLessThan(9)
    expect(costs.relativeCost(4, 1)).toBeLessThan(costs.relativeCost(1, 4))
  })

  it('takes the first two drafts to be cheap with a draft model, and keeps them short', () => {
    expect(new StepCosts().maxDraftTokens(16)).toBe(16)
    const costs = new StepCosts(0.1)
    expect(costs.relativeCost(1, 3)).toBeLessThan(2)
    expect(costs.maxDraftTokens(16)).toBe(3)
    expect(costs.maxDraftTokens(1)).toBe(1)
    for (const elapsedMs of [0, 0]) costs.observe(1, 3, elapsedMs)
    expect(costs.relativeCost(1, 3)).toBeGreaterThan(3)
    expect(costs.maxDraftTokens(16)).toBe(16)
  })

  it('learns what steps with drafts take, and expects the like of other lengths', () => {
    const costs = observing(30, 8, 12)
    expect(costs.relativeCost(1, 8)).toBeCloseTo(1.2, 1)
    expect(costs.relativeCost(1, 4)).toBeLessThan(1.3)
    expect(observing(30, 8, 90).relativeCost(1, 4)).toBeGreaterThan(4)
  })

  it('does not believe a single slow step, and forgets slow moments', () => {
    const costs = observing(1, 8, 10_000)
    expect(costs.relativeCost(1, 8)).toBeLessThan(10)
    const busy = observing(20, 8, 10_000)
    const atFirst = busy.relativeCost(1, 8)
    for (let step = 0; step < 1_000; step++) busy.observe(1, 0, 10)
    expect(busy.relativeCost(1, 8)).toBeLessThan(atFirst - 3)
    const untried = observing(2, 8, 0)
    expect(busy.relativeCost(1, 8)).toBeCloseTo(untried.relativeCost(1, 8), 0)
  })

  it('compares with steps of as many sequences', () => {
    const costs = observing(30, 8, 12)
    costs.observe(2, 8, 500)
    expect(costs.relativeCost(1, 8)).toBeCloseTo(1.2, 1)
  })

  it('takes the cost of a draft model from its size until it is measured', () => {
    const costs = new StepCosts(0.25)
    expect(costs.draftModelCost).toBe(0.25)
    costs.observe(1, 0, 10)
    costs.observeDraftModel(1)
    expect(costs.draftModelCost).toBeCloseTo(0.1)
  })

  it('ignores a clock that stands still', () => {
    const costs = new StepCosts(0.25)
    costs.observe(1, 0, 0)
    costs.observeDraftModel(0)
    expect(costs).toEqual(new StepCosts(0.25))
  })
})

import { describe, expect, it } from 'vitest'
import { PrefillBudget } from './prefill-budget.ts'

const LIMITS = {
  minTokens: 16,
  maxTokens: 512,
  mixedStep: { targetMs: 50, maxTileMs: 100 },
  prefillStep: { targetMs: 100, maxTileMs: 1_000 },
}

describe('PrefillBudget', () => {
  it('follows the measured speed, within its limits', () => {
    const budget = new PrefillBudget(LIMITS)
    expect(budget.mixedBatchBudget(0, false)).toBe(16)
    budget.observe(16, 5)
    expect(budget.mixedBatchBudget(0, false)).toBe(192)
    for (let step = 0; step < 30; step++) budget.observe(100, 1)
    expect(budget.mixedBatchBudget(0, false)).toBe(512)
    for (let step = 0; step < 30; step++) budget.observe(100, 10_000)
    expect(budget.mixedBatchBudget(0, false)).toBe(16)
  })

  it('ignores the time that a few tokens took', () => {
    const budget = new PrefillBudget(LIMITS)
    budget.observe(16, 5)
    budget.observe(1, 1000)
    expect(budget.mixedBatchBudget(0, false)).toBe(192)
  })

  it('leaves whole subtiles after the token that is evaluated with those of other sequences', () => {
    const budget = new PrefillBudget(LIMITS)
    expect(budget.mixedBatchBudget(3, true)).toBe(17)
    budget.observe(1_000, 390)
    expect(budget.mixedBatchBudget(0, false)).toBe(128)
    expect(budget.mixedBatchBudget(3, true)).toBe(129)
    expect(budget.mixedBatchBudget(3, false)).toBe(125)
  })

  it('chooses a whole tile unless that takes too long, else fewer tokens', () => {
    const budgetAt = (tokensPerMs: number) => {
      const budget = new PrefillBudget(LIMITS)
      budget.observe(1_000, 1_000 / tokensPerMs)
      return [budget.mixedBatchBudget(0, false), budget.prefillOnlyBudget(1_000)]
    }
    expect([0.05, 0.1, 0.5, 0.63, 0.65, 1.8, 2.2].map(budgetAt)).toEqual([
      [16, 16],
      [16, 64],
      [25, 128],
      [31, 128],
      [64, 128],
      [64, 128],
      [128, 256],
    ])
  })

  it('tries tiles again when the context is short', () => {
    const budget = new PrefillBudget(LIMITS)
    for (let step = 0; step < 30; step++) budget.observe(64, 400)
    expect(budget.mixedBatchBudget(0, false)).toBe(16)
    budget.observe(16, 20)
    expect(budget.mixedBatchBudget(0, false)).toBe(64)
  })

  it('chooses larger tiles and longer steps where no sequence decodes', () => {
    const budget = new PrefillBudget(LIMITS)
    expect(budget.prefillOnlyBudget(1_000)).toBe(16)
    budget.observe(1_000, 1_000)
    expect([budget.mixedBatchBudget(0, false), budget.prefillOnlyBudget(1_000)]).toEqual([64, 128])
  })

  it('includes the end of a prompt that would be less than a tile', () => {
    const budget = new PrefillBudget(LIMITS)
    expect(budget.prefillOnlyBudget(30)).toBe(16)
    budget.observe(1_000, 1_000)
    expect([128, 129, 191, 192, 300].map((rest) => budget.prefillOnlyBudget(rest))).toEqual([
      128, 129, 191, 128, 128,
    ])
    for (let step = 0; step < 30; step++) budget.observe(10_000, 1)
    expect(budget.prefillOnlyBudget(530)).toBe(512)
  })
})

import { expect, it } from 'vitest'
import { PrefillBudget } from './prefill-budget.ts'

it('grows with the speed that was measured, within its limits', () => {
  const budget = new PrefillBudget({ minTokens: 16, maxTokens: 512, targetMs: 50, aloneTargetMs: 100 })
  expect(budget.tokensBeside(0, false)).toBe(16)
  budget.observe(16, 5)
  expect(budget.tokensBeside(0, false)).toBe(192)
  for (let step = 0; step < 30; step++) budget.observe(100, 1)
  expect(budget.tokensBeside(0, false)).toBe(512)
  for (let step = 0; step < 30; step++) budget.observe(100, 10_000)
  expect(budget.tokensBeside(0, false)).toBe(16)
})

it('does not take the time of a few tokens for a speed', () => {
  const budget = new PrefillBudget({ minTokens: 16, maxTokens: 512, targetMs: 50, aloneTargetMs: 100 })
  budget.observe(16, 5)
  budget.observe(1, 1000)
  expect(budget.tokensBeside(0, false)).toBe(192)
})

it('leaves whole slices behind the token that is evaluated with the others', () => {
  const budget = new PrefillBudget({ minTokens: 16, maxTokens: 512, targetMs: 50, aloneTargetMs: 100 })
  expect(budget.tokensBeside(3, true)).toBe(17)
  budget.observe(1_000, 390)
  expect(budget.tokensBeside(0, false)).toBe(128)
  expect(budget.tokensBeside(3, true)).toBe(129)
  expect(budget.tokensBeside(3, false)).toBe(125)
})

it('fills tiles from the half of one on, and nothing of them below', () => {
  const budgetAt = (tokensPerMs: number) => {
    const budget = new PrefillBudget({ minTokens: 16, maxTokens: 512, targetMs: 50, aloneTargetMs: 100 })
    budget.observe(1_000, 1_000 / tokensPerMs)
    return budget.tokensBeside(0, false)
  }
  expect([0.5, 0.6, 0.9, 1.8, 2.2].map(budgetAt)).toEqual([25, 30, 64, 64, 128])
})

it('takes larger tiles and more time where nobody waits for the next token', () => {
  const budget = new PrefillBudget({ minTokens: 16, maxTokens: 512, targetMs: 50, aloneTargetMs: 100 })
  expect(budget.tokensAlone()).toBe(16)
  budget.observe(1_000, 1_000)
  expect([budget.tokensBeside(0, false), budget.tokensAlone()]).toEqual([64, 128])
})

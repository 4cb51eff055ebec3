import { expect, test } from 'vitest'
import { EFFORT_BUDGETS, EFFORTS, effortOfBudget } from './effort-budgets.ts'

test.each([
  [1_024, 'low'],
  [1_025, 'medium'],
  [8_192, 'medium'],
  [32_768, 'high'],
  [32_769, null],
  [null, null],
])('a budget of %s tokens is the effort %s', (budgetTokens, effort) => {
  expect(effortOfBudget(budgetTokens)).toBe(effort)
})

test('more effort never has a smaller budget', () => {
  const budgets = EFFORTS.map((effort) => EFFORT_BUDGETS[effort] ?? Number.POSITIVE_INFINITY)
  expect(budgets).toEqual(budgets.toSorted((a, b) => a - b))
})

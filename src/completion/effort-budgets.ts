/** How hard a model is asked to think. */
export const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const
export type Effort = (typeof EFFORTS)[number]

/** Most tokens of thinking for an effort; null for no limit but that of the response. */
export const EFFORT_BUDGETS: Readonly<Record<Effort, number | null>> = {
  low: 1_024,
  medium: 8_192,
  high: 32_768,
  xhigh: null,
  max: null,
}

/** The smallest effort whose budget a number of tokens keeps to; null for more than the efforts limit. */
export function effortOfBudget(budgetTokens: number | null): Effort | null {
  if (budgetTokens === null) return null
  return EFFORTS.find((effort) => budgetTokens <= (EFFORT_BUDGETS[effort] ?? 0)) ?? null
}

import * as z from 'zod'
import { EFFORT_BUDGETS, type Effort } from '../../completion/effort-budgets.ts'
import { checkBody, integer, oneOf } from '../body-schema.ts'
import { typeOf } from './type-of.ts'

/** Of what every kind may have, only a `display` of `omitted` changes anything here: nothing is summarized. */
const COMMON = {
  display: oneOf(['summarized', 'omitted', 'updates']).nullable().optional(),
  block_binding: z.unknown().optional(),
}

const CONFIGS = {
  enabled: z.strictObject({
    type: z.literal('enabled'),
    budget_tokens: integer.min(1024, 'Input should be greater than or equal to 1024'),
    ...COMMON,
  }),
  adaptive: z.strictObject({ type: z.literal('adaptive'), ...COMMON }),
  between_tools: z.strictObject({ type: z.literal('between_tools'), ...COMMON }),
  disabled: z.strictObject({ type: z.literal('disabled'), ...COMMON }),
}

export interface Thinking {
  readonly isThinkingEnabled: boolean
  /** Null for no limit. */
  readonly thinkingBudgetTokens: number | null
  /** Whether the response leaves its text out. */
  readonly omitsThinking: boolean
}

const NO_THINKING: Thinking = { isThinkingEnabled: false, thinkingBudgetTokens: null, omitsThinking: false }

/**
 * Reads `thinking`.
 *
 * @param effort limits thinking that has no budget of its own

 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `thinking`
 */
export function readThinkingConfig(value: unknown, effort: Effort | null = null): Thinking {
  if (value === undefined || value === null) return NO_THINKING
  const type = typeOf(value, ['enabled', 'adaptive', 'between_tools', 'disabled'], 'thinking')
  const config = checkBody(value, CONFIGS[type], `thinking.${type}`)
  if (config.type === 'disabled') return NO_THINKING
  return {
    isThinkingEnabled: true,
    thinkingBudgetTokens: config.type === 'enabled' ? config.budget_tokens : budgetOf(effort),
    omitsThinking: config.display === 'omitted',
  }
}

function budgetOf(effort: Effort | null): number | null {
  return effort === null ? null : EFFORT_BUDGETS[effort]
}

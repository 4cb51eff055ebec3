import * as z from 'zod'
import { checkBody, integer, string } from '../body-schema.ts'
import { typeOf } from './type-of.ts'

/** What every kind may have; none of it changes anything here. */
const COMMON = { display: string.nullable().optional(), block_binding: z.unknown().optional() }

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
}

const NO_THINKING: Thinking = { isThinkingEnabled: false, thinkingBudgetTokens: null }

/**
 * Reads `thinking`.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Messages": `thinking`
 */
export function readThinkingConfig(value: unknown): Thinking {
  if (value === undefined || value === null) return NO_THINKING
  const type = typeOf(value, ['enabled', 'adaptive', 'between_tools', 'disabled'], 'thinking')
  const config = checkBody(value, CONFIGS[type], `thinking.${type}`)
  switch (config.type) {
    case 'enabled':
      return { isThinkingEnabled: true, thinkingBudgetTokens: config.budget_tokens }
    case 'adaptive':
    case 'between_tools':
      return { isThinkingEnabled: true, thinkingBudgetTokens: null }
    case 'disabled':
      return NO_THINKING
  }
}

import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import type { Effort } from '../../completion/effort-budgets.ts'
import { readThinkingConfig, type Thinking } from './read-thinking-config.ts'

const OFF: Thinking = { isThinkingEnabled: false, thinkingBudgetTokens: null, omitsThinking: false }
const UNLIMITED: Thinking = { isThinkingEnabled: true, thinkingBudgetTokens: null, omitsThinking: false }

describe('readThinkingConfig', () => {
  it.each<[unknown, Thinking]>([
    [undefined, OFF],
    [null, OFF],
    [{ type: 'disabled' }, OFF],
    [{ type: 'adaptive' }, UNLIMITED],
    [{ type: 'adaptive', block_binding: { prefix_mismatch_behavior: 'drop_block' } }, UNLIMITED],
    [{ type: 'between_tools', display: null }, UNLIMITED],
    [
      { type: 'enabled', budget_tokens: 1024, display: 'omitted' },
      { isThinkingEnabled: true, thinkingBudgetTokens: 1024, omitsThinking: true },
    ],
  ])('reads %j', (value, thinking) => {
    expect(readThinkingConfig(value)).toEqual(thinking)
  })

  it.each<[string, Effort | null, number | null]>([
    ['adaptive', null, null],
    ['adaptive', 'low', 1_024],
    ['between_tools', 'medium', 8_192],
    ['adaptive', 'high', 32_768],
    ['adaptive', 'max', null],
  ])('limits thinking of the type %s with the effort %s to %s tokens', (type, effort, tokens) => {
    expect(readThinkingConfig({ type }, effort)).toEqual({ ...UNLIMITED, thinkingBudgetTokens: tokens })
  })

  it('prefers a budget to an effort, and thinks no more for an effort alone', () => {
    expect(readThinkingConfig({ type: 'enabled', budget_tokens: 2000 }, 'low')).toMatchObject({
      thinkingBudgetTokens: 2000,
    })
    expect(readThinkingConfig(undefined, 'max')).toEqual(OFF)
    expect(readThinkingConfig({ type: 'disabled', display: 'omitted' }, 'max')).toEqual(OFF)
  })

  it.each<[unknown, string]>([
    [true, 'thinking: Input should be a valid dictionary or object to extract fields from'],
    [{ type: 'enabled' }, 'thinking.enabled.budget_tokens: Field required'],
    [
      { type: 'enabled', budget_tokens: 1023 },
      'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
    ],
    [
      { type: 'enabled', budget_tokens: '1024' },
      'thinking.enabled.budget_tokens: Input should be a valid integer',
    ],
    [
      { type: 'adaptive', budget_tokens: 1024 },
      'thinking.adaptive.budget_tokens: Extra inputs are not permitted',
    ],
    [
      { type: 'between_tools', display: 1 },
      "thinking.between_tools.display: Input should be 'summarized', 'omitted' or 'updates'",
    ],
    [
      { type: 'disabled', budget_tokens: 1024 },
      'thinking.disabled.budget_tokens: Extra inputs are not permitted',
    ],
  ])('refuses %j', (value, message) => {
    expect(() => readThinkingConfig(value)).toThrow(refusal(message))
  })
})

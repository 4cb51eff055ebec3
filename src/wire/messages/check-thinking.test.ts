import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import type { ToolChoice } from '../../completion/tool.ts'
import { checkThinking, type ThinkingSurroundings } from './check-thinking.ts'

const GUIDE = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking'
const HI = { role: 'user', content: 'Hi' }
const assistant = (...types: string[]) => ({ role: 'assistant', content: types.map((type) => ({ type })) })
const RESULT = { role: 'user', content: [{ type: 'tool_result' }] }

interface Change {
  readonly fields?: Partial<ThinkingSurroundings>
  readonly toolChoice?: ToolChoice
  readonly isThinkingEnabled?: boolean
  readonly thinkingBudgetTokens?: number | null
  readonly allowsInterleaving?: boolean
}

function check({ fields, allowsInterleaving = false, isThinkingEnabled = true, ...change }: Change): void {
  checkThinking(
    { max_tokens: 2000, messages: [HI], ...fields },
    {
      conversation: { tools: [], system: [], turns: [], isThinkingEnabled, outputSchema: null },
      thinkingBudgetTokens: 1024,
      omitsThinking: false,
      toolChoice: { type: 'auto' },
      allowsParallelToolCalls: true,
      ...change,
    },
    allowsInterleaving,
  )
}

const wrongFirstBlock = (index: number, type: string) =>
  `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${type}\`. ` +
  'When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the ' +
  'lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous ' +
  `turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at ${GUIDE}`
const WRONG_TEMPERATURE = `\`temperature\` may only be set to 1 when thinking is enabled. Please consult our documentation at ${GUIDE}`
const WRONG_TOP_P = '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled.'
const FORCED = 'Thinking may not be enabled when tool_choice forces tool use.'
const SMALL_MAX_TOKENS = '`max_tokens` must be greater than `thinking.budget_tokens`.'

describe('checkThinking', () => {
  it.each<[string, Change]>([
    ['what is left out', {}],
    ['nulls', { fields: { temperature: null, top_p: null, top_k: null } }],
    ['the parameters that thinking allows', { fields: { temperature: 1, top_p: 0.95 } }],
    ['a max_tokens just above the budget', { fields: { max_tokens: 1025 } }],
    [
      'any max_tokens where the budget spans tool calls',
      { fields: { max_tokens: 1 }, allowsInterleaving: true },
    ],
    ['any max_tokens without a budget', { fields: { max_tokens: 1 }, thinkingBudgetTokens: null }],
    ['anything without thinking', { fields: { temperature: 0 }, isThinkingEnabled: false }],
    ['earlier turns that do not begin with thinking', { fields: { messages: [HI, assistant('text'), HI] } }],
    [
      'an empty last message of the assistant',
      { fields: { messages: [HI, { role: 'assistant', content: '' }] } },
    ],
    ['a last message that begins with thinking', { fields: { messages: [HI, assistant('thinking')] } }],
    [
      'one that begins with redacted thinking',
      { fields: { messages: [HI, assistant('redacted_thinking')] } },
    ],
    ['a tool call after thinking', { fields: { messages: [HI, assistant('thinking', 'tool_use'), RESULT] } }],
  ])('accepts %s', (_, change) => {
    expect(() => check(change)).not.toThrow()
  })

  it.each<[string, Change, string]>([
    ['any tool', { toolChoice: { type: 'any' } }, FORCED],
    ['a named tool', { toolChoice: { type: 'tool', name: 't' } }, FORCED],
    ['a temperature below 1', { fields: { temperature: 0.99 } }, WRONG_TEMPERATURE],
    ['a temperature of 0', { fields: { temperature: 0 } }, WRONG_TEMPERATURE],
    ['a top_p below 0.95', { fields: { top_p: 0.949 } }, WRONG_TOP_P],
    ['a top_p of 0', { fields: { top_p: 0 } }, WRONG_TOP_P],
    ['a top_k of 0', { fields: { top_k: 0 } }, '`top_k` must be unset when thinking is enabled.'],
    ['a max_tokens equal to the budget', { fields: { max_tokens: 1024 } }, SMALL_MAX_TOKENS],
    [
      'a prefill without thinking',
      { fields: { messages: [HI, { role: 'assistant', content: 'I' }] } },
      wrongFirstBlock(1, 'text'),
    ],
    [
      'a last message that begins with another block',
      { fields: { messages: [HI, assistant('tool_use', 'thinking')] } },
      wrongFirstBlock(1, 'tool_use'),
    ],
    [
      'a tool call without thinking before it',
      { fields: { messages: [HI, assistant('text', 'tool_use'), RESULT] } },
      wrongFirstBlock(1, 'text'),
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() => check(change)).toThrow(refusal(message))
  })
})

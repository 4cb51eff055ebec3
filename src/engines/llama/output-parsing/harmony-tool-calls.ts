import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRules } from './tool-call-rules.ts'

/** Calls as messages to a tool; the reader of channels finds them. */
export const HARMONY_TOOL_CALLS: ToolCallParser = {
  name: 'harmony',
  startTags: [],
  allowsBareJson: false,
  preservedTokens: ['<|start|>', '<|channel|>', '<|constrain|>', '<|message|>', '<|end|>'],
  // biome-ignore lint/correctness/useYield: nothing is read here.
  *parseSection() {
    return false
  },
  sectionRule,
  trigger: { pattern: '(?:<\\|channel\\|>commentary)? to=functions\\.', isAtStart: false },
}

/** A message ends where the turn does: there is one call in a turn. */
function sectionRule(rules: GrammarRules, { calls }: ToolCallRules): string {
  const bodies = calls.flatMap((call) => {
    const input = call.inputRule()
    const recipient = ` to=functions.${call.name}`
    return [
      `${literal(`<|channel|>commentary${recipient}`)} ( " <|constrain|>json" | " json" )? "<|message|>" ${input}`,
      `${literal(`${recipient}<|channel|>commentary`)} ( " <|constrain|>json" | " json" )? "<|message|>" ${input}`,
    ]
  })
  return rules.add(bodies.join(' | '))
}

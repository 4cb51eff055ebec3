import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRules } from './tool-call-rules.ts'

/** Tool calls as messages to `functions.name`; {@link parseHarmonyOutput} finds them, so there is no section here. */
export const HARMONY_TOOL_CALLS: ToolCallParser = {
  name: 'harmony',
  startTags: [],
  allowsBareJson: false,
  preservedTokens: ['<|start|>', '<|channel|>', '<|constrain|>', '<|message|>', '<|end|>'],
  // biome-ignore lint/correctness/useYield: there is nothing to parse.
  *parseSection() {
    return false
  },
  sectionRule,
  trigger: { pattern: '(?:<\\|channel\\|>commentary)? to=functions\\.', isAtStart: false },
}

/** A turn holds one call: the message that holds it ends the turn. */
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

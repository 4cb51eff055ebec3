import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { GrammarTrigger } from '../grammar/output-constraint.ts'
import type { MessageFormat } from './message-format.ts'
import { FUNCTIONARY, HARMONY, MUSE } from './message-format.ts'
import { parameterToolCallParser } from './parameter-tool-calls.ts'
import type { ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

/** Tool calls as messages to a tool; {@link parseMessageOutput} finds them, so there is no section here. */
interface MessageToolCallStyle {
  readonly name: string
  readonly preservedTokens: readonly string[]
  readonly trigger: (names: readonly string[]) => GrammarTrigger
  readonly sectionRule: (rules: GrammarRules, calls: ToolCallRules) => string
}

function messageToolCallParser(style: MessageToolCallStyle): ToolCallParser {
  return {
    ...style,
    startTags: [],
    otherTags: [],
    allowsBareJson: false,
    // biome-ignore lint/correctness/useYield: there is nothing to parse.
    *parseSection() {
      return false
    },
    write: null,
  }
}

/** Calls of OpenAI's open models: a message to `functions.name`, which ends the turn. */
export const HARMONY_TOOL_CALLS = messageToolCallParser({
  name: 'harmony',
  preservedTokens: HARMONY.headerTokens,
  trigger: () => ({ pattern: '(?:<\\|channel\\|>commentary)? to=functions\\.', isAtStart: false }),
  sectionRule: (rules, { calls }) => {
    const bodies = calls.flatMap((call) => {
      const input = call.inputRule()
      const recipient = ` to=functions.${call.name}`
      return [
        `${literal(`<|channel|>commentary${recipient}`)} ( " <|constrain|>json" | " json" )? "<|message|>" ${input}`,
        `${literal(`${recipient}<|channel|>commentary`)} ( " <|constrain|>json" | " json" )? "<|message|>" ${input}`,
      ]
    })
    return rules.add(bodies.join(' | '))
  },
})

/** Calls of Functionary 3.2: the prompt ends with `>>>`, which also stands before each further call. */
const FUNCTIONARY_TOOL_CALLS = messageToolCallParser({
  name: FUNCTIONARY.name,
  preservedTokens: [],
  trigger: (names) => ({ pattern: `(?<=^\\s*|>>>)(?:${alternativesOf(names)})\\n`, isAtStart: false }),
  sectionRule: (rules, { calls, allowsSeveral }) => {
    const call = rules.add(calls.map((one) => jsonMessage(one)).join(' | '))
    return allowsSeveral ? `${call} ( ">>>" ${call} )*` : call
  },
})

const MUSE_CALL = parameterToolCallParser({
  name: MUSE.name,
  startTag: '<atem:function_calls>',
  endTag: '</atem:function_calls>',
  tool: { beforeName: '<atem:invoke name="', afterName: '">', endTag: '</atem:invoke>' },
  parameter: { beforeName: '<atem:parameter name="', afterName: '">', endTag: '</atem:parameter>' },
  padding: '',
  holdsSeveral: true,
})

/** Calls of Muse Glimmer: elements in a message to the tool. */
const MUSE_TOOL_CALLS: ToolCallParser = {
  ...MUSE_CALL,
  trigger: (names) => ({ pattern: ` to=(?:${alternativesOf(names)})<\\|message\\|>`, isAtStart: false }),
  sectionRule: (rules, { calls }) =>
    rules.add(
      calls
        .map((call) => {
          const section = MUSE_CALL.sectionRule(rules, { calls: [call], allowsSeveral: false })
          return `${literal(` to=${call.name}${MUSE.headerEnd}`)} ${section}`
        })
        .join(' | '),
    ),
  write: null,
}

const CALLS_BY_FORMAT: ReadonlyMap<string, ToolCallParser> = new Map(
  [HARMONY_TOOL_CALLS, FUNCTIONARY_TOOL_CALLS, MUSE_TOOL_CALLS].map((calls) => [calls.name, calls]),
)

/** The parser of calls in messages of a format. */
export function messageToolCalls({ name }: MessageFormat): ToolCallParser {
  const found = CALLS_BY_FORMAT.get(name)
  if (found === undefined) throw new Error(`there are no calls for messages of ${name}`)
  return found
}

function jsonMessage(call: ToolCallRule): string {
  return `${literal(`${call.name}${FUNCTIONARY.headerEnd}`)} ${call.inputRule()}`
}

/** The source of a regular expression for one of some names. */
function alternativesOf(names: readonly string[]): string {
  return names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
}

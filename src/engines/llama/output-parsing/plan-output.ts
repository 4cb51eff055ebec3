import type { CompletionEvent } from '../../../completion/completion-event.ts'
import { allowsSeveralCalls, type CompletionRequest } from '../../../completion/completion-request.ts'
import type { OutputConstraint, ThinkingConstraint } from '../grammar/output-constraint.ts'
import type { OutputFormat } from './output-format.ts'
import { outputGrammar } from './output-grammar.ts'
import { OutputParser } from './output-parser.ts'
import { parseEvents } from './parse-events.ts'
import type { OutputStart } from './parser-context.ts'
import { preservedTokens } from './preserved-tokens.ts'
import { toolsByName } from './tool-call-parser.ts'

/** How the output for one request is constrained in the engine's process and parsed in the server's. */
export interface OutputPlan {
  readonly constraint: OutputConstraint | null
  /** The texts of control tokens that the parser looks for, so the detokenizer must not drop them. */
  readonly preservedTokens: readonly string[]
  /** Whether a reply may end before the model ends it, as after a tool call. */
  readonly endsReplies: boolean
  /** Turns generated text into events for thinking, text and tool calls. */
  readonly parse: (
    events: AsyncIterable<readonly CompletionEvent[]>,
  ) => AsyncIterable<readonly CompletionEvent[]>
}

const PLAIN_TEXT: OutputPlan = {
  constraint: null,
  preservedTokens: [],
  endsReplies: false,
  parse: (events) => events,
}

/**
 * @param format null where all output is text
 * @throws CompletionError `invalid-request` when a schema that must be enforced is not supported
 */
export function planOutput(
  request: CompletionRequest,
  format: OutputFormat | null,
  start: OutputStart,
): OutputPlan {
  const { prompt } = request
  const thinking = thinkingConstraint(request, format, start)
  const grammar = outputGrammar(request, { format, start, hasThinking: thinking !== null })
  const isConstrained = grammar !== null || (thinking !== null && thinking.maxTokens !== null)
  const constraint = isConstrained ? { thinking, grammar } : null
  if (format === null || !hasStructure(format)) return { ...PLAIN_TEXT, constraint }
  return {
    constraint,
    preservedTokens: preservedTokens(format),
    endsReplies: prompt.tools.length > 0,
    parse: (events) =>
      parseEvents(events, new OutputParser(format, { start, tools: toolsByName(prompt.tools) }), {
        showsThinking: prompt.isThinkingEnabled,
        showsText: request.toolChoice.type === 'auto',
        endsWithToolCall: !allowsSeveralCalls(request),
        endsWithRepeatedCall: true,
      }),
  }
}

function hasStructure({ thinking, calls, responseTags, strayTags, messages }: OutputFormat): boolean {
  return (
    thinking !== null ||
    calls !== null ||
    responseTags.length > 0 ||
    strayTags.length > 0 ||
    messages !== null
  )
}

function thinkingConstraint(
  { prompt, thinkingBudgetTokens }: CompletionRequest,
  format: OutputFormat | null,
  start: OutputStart,
): ThinkingConstraint | null {
  if (!format?.thinking || !prompt.isThinkingEnabled || start === 'prefill') return null
  return { ...format.thinking, isOpen: start === 'thinking', maxTokens: thinkingBudgetTokens }
}

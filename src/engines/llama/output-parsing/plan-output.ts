import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import type { OutputConstraint, ThinkingConstraint } from '../grammar/output-constraint.ts'
import { HARMONY_TOOL_CALLS } from './harmony-tool-calls.ts'
import type { OutputFormat } from './output-format.ts'
import { outputGrammar } from './output-grammar.ts'
import { OutputParser } from './output-parser.ts'
import { parseEvents } from './parse-events.ts'
import type { OutputStart } from './parser-context.ts'
import { toolSchemas } from './tool-schemas.ts'

/** How the reply to one request is drawn over there and read over here. */
export interface OutputPlan {
  readonly constraint: OutputConstraint | null
  /** Control tokens, by their texts, that the reader looks for. */
  readonly preservedTokens: readonly string[]
  /** Makes of the generated text the events of what is in it. */
  readonly parse: (
    events: AsyncIterable<readonly CompletionEvent[]>,
  ) => AsyncIterable<readonly CompletionEvent[]>
}

const TEXT_ALONE: OutputPlan = { constraint: null, preservedTokens: [], parse: (events) => events }

/**
 * Plans the reply to a request.
 *
 * @param format how the model writes replies; null where whatever it writes is text
 * @param start where in the reply the prompt ends
 * @throws CompletionError `invalid-request` when a schema that has to be kept to cannot be
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
  if (format === null || !hasStructure(format)) return { ...TEXT_ALONE, constraint }
  return {
    constraint,
    preservedTokens: [
      ...(format.thinking === null ? [] : [format.thinking.startTag, format.thinking.endTag]),
      ...format.responseTags,
      ...(format.calls?.preservedTokens ?? []),
      ...(format.isHarmony ? HARMONY_TOOL_CALLS.preservedTokens : []),
    ],
    parse: (events) =>
      parseEvents(events, new OutputParser(format, { start, tools: toolSchemas(prompt.tools) }), {
        showsThinking: prompt.isThinkingEnabled,
        showsText: request.toolChoice.type === 'auto',
        endsWithToolCall: !request.allowsParallelToolCalls,
      }),
  }
}

function hasStructure({ thinking, calls, responseTags, isHarmony }: OutputFormat): boolean {
  return thinking !== null || calls !== null || responseTags.length > 0 || isHarmony
}

function thinkingConstraint(
  { prompt, thinkingBudgetTokens }: CompletionRequest,
  format: OutputFormat | null,
  start: OutputStart,
): ThinkingConstraint | null {
  if (!format?.thinking || !prompt.isThinkingEnabled || start === 'prefill') return null
  return { ...format.thinking, isOpen: start === 'thinking', maxTokens: thinkingBudgetTokens }
}

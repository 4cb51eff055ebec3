import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import type { ReplyBounds, ThoughtBounds } from '../grammar/output-constraint.ts'
import { HARMONY_CALLS } from './harmony-tool-calls.ts'
import type { ReplyFormat } from './output-format.ts'
import { replyGrammar } from './output-grammar.ts'
import { ReplyReader } from './output-parser.ts'
import type { ReplyStart } from './output-parsing.ts'
import { replyEvents } from './parsed-events.ts'
import { toolBook } from './tool-schemas.ts'

/** How the reply to one request is drawn over there and read over here. */
export interface ReplyPlan {
  readonly bounds: ReplyBounds | null
  /** Control tokens, by their texts, that the reader looks for. */
  readonly visibleTexts: readonly string[]
  /** Makes of the generated text the events of what is in it. */
  readonly read: (events: AsyncIterable<CompletionEvent>) => AsyncIterable<CompletionEvent>
}

const TEXT_ALONE: ReplyPlan = { bounds: null, visibleTexts: [], read: (events) => events }

/**
 * Plans the reply to a request.
 *
 * @param format how the model writes replies; null where whatever it writes is text
 * @param start where in the reply the prompt ends
 * @throws CompletionError `invalid-request` when a schema that has to be kept to cannot be
 */
export function planReply(
  request: CompletionRequest,
  format: ReplyFormat | null,
  start: ReplyStart,
): ReplyPlan {
  const { prompt } = request
  const thought = thoughtBounds(request, format, start)
  const grammar = replyGrammar(request, { format, start, hasThought: thought !== null })
  const isBound = grammar !== null || (thought !== null && thought.maxTokens !== null)
  const bounds = isBound ? { thought, grammar } : null
  if (format === null || !hasStructure(format)) return { ...TEXT_ALONE, bounds }
  return {
    bounds,
    visibleTexts: [
      ...(format.thought === null ? [] : [format.thought.opening, format.thought.closing]),
      ...format.wrappers,
      ...(format.calls?.markers ?? []),
      ...(format.isHarmony ? HARMONY_CALLS.markers : []),
    ],
    read: (events) =>
      replyEvents(events, new ReplyReader(format, { start, tools: toolBook(prompt.tools) }), {
        showsThoughts: prompt.thinks,
        showsText: request.toolChoice.type === 'auto',
        endsWithCall: !request.allowsParallelToolCalls,
      }),
  }
}

function hasStructure({ thought, calls, wrappers, isHarmony }: ReplyFormat): boolean {
  return thought !== null || calls !== null || wrappers.length > 0 || isHarmony
}

function thoughtBounds(
  { prompt, maxThoughtTokens }: CompletionRequest,
  format: ReplyFormat | null,
  start: ReplyStart,
): ThoughtBounds | null {
  if (!format?.thought || !prompt.thinks || start === 'prefill') return null
  return { ...format.thought, isOpen: start === 'thought', maxTokens: maxThoughtTokens }
}

import type { Resumable } from './output-scanner.ts'
import { parseThinking } from './parse-thinking.ts'
import type { ParserContext } from './parser-context.ts'
import { TextParser } from './text-parser.ts'
import type { ThinkingFormat } from './thinking-format.ts'

/**
 * Parses a reply whose thinking and tool calls stand between tags. White space around them is dropped; what turns out
 * not to be a tool call is text.
 */
export function* parseTaggedOutput(context: ParserContext): Resumable {
  const { scanner, format, start } = context
  const { thinking } = format
  if (start !== 'prefill') yield* scanner.consumeSpace()
  if (thinking !== null && start !== 'prefill' && (yield* isThinkingNext(context, thinking))) {
    yield* parseThinking(thinking, context)
    yield* scanner.consumeSpace()
  }
  yield* new TextParser(context).parse()
}

/** Consumes the start tag of thinking, also where the prompt has it already, and an end tag that ends nothing. */
function* isThinkingNext(
  { scanner, format, start }: ParserContext,
  { startTag, endTag }: ThinkingFormat,
): Resumable<boolean> {
  let isNext = start === 'thinking'
  for (;;) {
    const tag = yield* scanner.tryConsumeAny(isNext ? [startTag] : [startTag, endTag, ...format.strayTags])
    if (tag === null) return isNext
    if (tag === startTag) isNext = true
    yield* scanner.consumeSpace()
  }
}

import { isSpace, type Resumable } from './output-scanner.ts'
import type { ParserContext } from './parser-context.ts'
import type { ThinkingFormat } from './thinking-format.ts'
import type { ToolCallParser } from './tool-call-parser.ts'

/**
 * Parses thinking up to its end tag. Where that never comes, a tool call or the start of the response ends it; a call
 * before the end tag is part of the thinking.
 */
export function* parseThinking({ endTag }: ThinkingFormat, context: ParserContext): Resumable {
  const { scanner, format } = context
  const { calls } = format
  const [responseTag = ''] = format.responseTags
  // Words in angle brackets may be part of any thinking; control tokens are not.
  const responseTags = responseTag.startsWith('<|') ? [responseTag] : []
  const firstUnits = [...(calls?.startTags ?? []), ...responseTags].map((tag) => tag.charAt(0)).join('')
  const writer = new ThinkingWriter(context)
  /** Before it no call is searched, so that no text is read more than twice. */
  let searchedTo = 0
  yield* scanner.consumeSpace()
  for (;;) {
    if (yield* scanner.tryConsume(endTag)) return
    const unit = yield* scanner.peek()
    if (unit === '') return
    if (firstUnits.includes(unit) && scanner.offset >= searchedTo) {
      if (responseTags.length > 0 && (yield* scanner.isNext(responseTags))) return
      if (calls !== null && (yield* isCallNext(context, calls))) {
        yield* parseAfterCall(endTag, context, writer)
        return
      }
      searchedTo = scanner.furthestOffset
    }
    scanner.advance()
    writer.write(unit)
  }
}

/** Whether a call comes next. It is consumed then, and its text is held. */
function* isCallNext({ scanner, tools }: ParserContext, calls: ToolCallParser): Resumable<boolean> {
  for (const parser of [calls, ...(calls.alternatives ?? [])]) {
    scanner.hold()
    const startTag = yield* scanner.tryConsumeAny(calls.startTags)
    let isCall = false
    if (startTag !== null) {
      const emit = () => {
        isCall = true
      }
      yield* parser.parseSection({ scanner, startTag, tools, emit })
    }
    if (isCall) return true
    scanner.releaseUnread()
    if (startTag === null) return false
  }
  return false
}

/** All that is held and follows is thinking if the end tag comes; else the call is one, and read again as such. */
function* parseAfterCall(endTag: string, { scanner }: ParserContext, writer: ThinkingWriter): Resumable {
  const rest = yield* scanner.consumeUntil([endTag], Number.POSITIVE_INFINITY)
  if (rest === null) {
    scanner.releaseUnread()
    return
  }
  for (const unit of scanner.releaseConsumed().slice(0, -endTag.length)) writer.write(unit)
}

/** Holds back white space that may end the thinking. */
class ThinkingWriter {
  readonly #emit: ParserContext['emit']
  #space = ''

  constructor({ emit }: ParserContext) {
    this.#emit = emit
  }

  write(unit: string): void {
    if (isSpace(unit)) {
      this.#space += unit
      return
    }
    this.#emit({ type: 'thinking', text: this.#space + unit })
    this.#space = ''
  }
}

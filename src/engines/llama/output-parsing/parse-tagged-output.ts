import type { ThinkingFormat } from './output-format.ts'
import { isSpace, type Resumable } from './output-scanner.ts'
import type { ParserContext } from './parser-context.ts'
import type { ToolCallParser } from './tool-call-parser.ts'

/**
 * Parses a reply whose thinking and tool calls stand between tags. White space around them is dropped; what turns out
 * not to be a tool call is text.
 */
export function* parseTaggedOutput(context: ParserContext): Resumable {
  const { scanner, format, start } = context
  const { thinking } = format
  if (start !== 'prefill') yield* scanner.consumeSpace()
  const isThinking =
    thinking !== null &&
    (start === 'thinking' || (start === 'reply' && (yield* scanner.tryConsume(thinking.startTag))))
  if (isThinking) {
    yield* parseThinking(thinking, context)
    yield* scanner.consumeSpace()
  }
  yield* new TextParser(context).parse()
}

function* parseThinking({ endTag }: ThinkingFormat, { scanner, emit }: ParserContext): Resumable {
  yield* scanner.consumeSpace()
  let space = ''
  for (;;) {
    if (yield* scanner.tryConsume(endTag)) return
    const unit = yield* scanner.peek()
    if (unit === '') return
    scanner.advance()
    if (isSpace(unit)) {
      space += unit
    } else {
      emit({ type: 'thinking', text: space + unit })
      space = ''
    }
  }
}

/** Parses text with tool calls in it. */
class TextParser {
  readonly #context: ParserContext
  readonly #calls: ToolCallParser | null
  readonly #markers: readonly string[]
  /** The first unit of each marker. */
  readonly #firstUnits: string
  /** White space before a tool call is dropped, so it is held back. */
  readonly #holdsSpace: boolean
  #space = ''
  /** Whether no text was emitted yet, or none since the last call. */
  #isFresh: boolean

  constructor(context: ParserContext) {
    const { calls, responseTags } = context.format
    this.#context = context
    this.#calls = calls
    this.#markers = [...(calls?.startTags ?? []), ...responseTags]
    this.#firstUnits = this.#markers.map((marker) => marker.charAt(0)).join('')
    this.#holdsSpace = this.#markers.length > 0
    this.#isFresh = context.start !== 'prefill'
  }

  *parse(): Resumable {
    const { scanner } = this.#context
    if (this.#calls?.allowsBareJson && this.#isFresh) yield* this.#parseBareJsonCalls(this.#calls)
    for (;;) {
      const unit = yield* scanner.peek()
      if (unit === '') break
      if (this.#firstUnits.includes(unit) && (yield* this.#parseMarked())) continue
      scanner.advance()
      if (isSpace(unit) && this.#holdsSpace) this.#space += unit
      else this.#write(unit)
    }
    if (!this.#isFresh) this.#write('')
  }

  *#parseBareJsonCalls(calls: ToolCallParser): Resumable {
    const { scanner } = this.#context
    if ((yield* scanner.peek()) !== '{') return
    scanner.mark()
    yield* this.#parseSection(calls, '')
  }

  /** @returns false where no marker comes next */
  *#parseMarked(): Resumable<boolean> {
    const { scanner, format } = this.#context
    scanner.mark()
    const marker = yield* scanner.tryConsumeAny(this.#markers)
    if (marker === null || this.#calls === null || format.responseTags.includes(marker)) {
      scanner.takeMarked()
      return marker !== null
    }
    yield* this.#parseSection(this.#calls, marker)
    return true
  }

  *#parseSection(calls: ToolCallParser, startTag: string): Resumable {
    const { scanner, tools, emit } = this.#context
    let hasCalled = false
    const isParsed = yield* calls.parseSection({
      scanner,
      startTag,
      tools,
      emit: (part) => {
        hasCalled = true
        emit(part)
      },
    })
    if (hasCalled) {
      this.#space = ''
      this.#isFresh = true
    }
    const held = scanner.takeMarked()
    // A call that max_tokens cut before its input is neither a call nor text.
    const isCutCall = !isParsed && startTag !== '' && scanner.isCut
    if (isCutCall) this.#space = ''
    else if (!isParsed) this.#write(held)
  }

  #write(text: string): void {
    const whole = this.#isFresh ? text.trimStart() : this.#space + text
    this.#space = ''
    if (whole === '') return
    this.#isFresh = false
    const end = text === '' || !this.#holdsSpace ? whole : whole.trimEnd()
    this.#space = whole.slice(end.length)
    this.#context.emit({ type: 'text', text: end })
  }
}

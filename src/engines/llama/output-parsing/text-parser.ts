import { isSpace, type Resumable } from './output-scanner.ts'
import type { ParserContext } from './parser-context.ts'
import type { ToolCallParser } from './tool-call-parser.ts'

/** What stands before an object that is shown rather than meant: the start of code. */
const BEFORE_CODE = /```\w*\s*$|`$/
const MAX_BEFORE_UNITS = 32
/** The beginning of an object that becomes a call. */
const BARE_CALL_START = /^\{\s*["'](?:n(?:a(?:m(?:e(?:["'][\s\S]*)?)?)?)?)?$/
/** Fewer units of a tag may be any text. */
const MIN_TAG_UNITS = 2

/** Parses text with tool calls in it. */
export class TextParser {
  readonly #context: ParserContext
  readonly #calls: ToolCallParser | null
  readonly #markers: readonly string[]
  /** The tag of thinking that may come again after text; null if it does not. */
  readonly #thinkingTag: string | null
  /** The first unit of each marker. */
  readonly #firstUnits: string
  /** White space before a tool call is dropped, so it is held back. */
  readonly #holdsSpace: boolean
  #space = ''
  /** The end of the text so far. */
  #before = ''
  #isAfterCall = false
  /** Whether no text was emitted yet, or none since the last call. */
  #isFresh: boolean

  constructor(context: ParserContext) {
    const { calls, responseTags, strayTags, thinking } = context.format
    this.#context = context
    this.#calls = calls
    this.#thinkingTag = thinking !== null && strayTags.includes(thinking.endTag) ? thinking.startTag : null
    this.#markers = [
      ...(calls?.startTags ?? []),
      ...responseTags,
      ...strayTags,
      ...(this.#thinkingTag === null ? [] : [this.#thinkingTag]),
    ]
    const bare = calls?.allowsBareJson ? ['{'] : []
    this.#firstUnits = [...bare, ...this.#markers, ...(calls?.otherTags ?? [])]
      .map((marker) => marker.charAt(0))
      .join('')
    this.#holdsSpace = this.#markers.length > 0
    this.#isFresh = context.start !== 'prefill'
  }

  *parse(): Resumable {
    const { scanner } = this.#context
    for (;;) {
      const unit = yield* scanner.peek()
      if (unit === '') break
      if (this.#firstUnits.includes(unit)) {
        if (unit === '{' && this.#mayCallBare() && (yield* this.#parseBareCalls())) continue
        if (yield* this.#parseMarked()) continue
      }
      scanner.advance()
      if (isSpace(unit) && this.#holdsSpace) this.#space += unit
      else this.#write(unit)
    }
    if (!this.#isFresh) this.#write('')
  }

  #mayCallBare(): boolean {
    return this.#calls?.allowsBareJson === true && !BEFORE_CODE.test(this.#before + this.#space)
  }

  /** Parses an object that may be a call; what is consumed and is none becomes text. */
  *#parseBareCalls(): Resumable<boolean> {
    const { scanner } = this.#context
    if (this.#calls === null) return false
    scanner.mark()
    yield* this.#parseSection(this.#calls, '')
    return true
  }

  /** @returns false where no marker comes next */
  *#parseMarked(): Resumable<boolean> {
    const { scanner } = this.#context
    scanner.mark()
    const marker = yield* scanner.tryConsumeAny(this.#markers)
    if (marker !== null && this.#calls?.startTags.includes(marker)) {
      yield* this.#parseSection(this.#calls, marker)
      return true
    }
    scanner.takeMarked()
    if (marker !== null && marker === this.#thinkingTag) yield* this.#parseLateThinking()
    if (marker !== null) return true
    if (this.#calls === null || !scanner.isCut) return false
    // A tag that max_tokens cut is no text.
    const tags = [...this.#calls.startTags, ...this.#calls.otherTags]
    return scanner.skipRestOf(tags, this.#isAfterCall ? 1 : MIN_TAG_UNITS)
  }

  *#parseLateThinking(): Resumable {
    const { scanner, format, emit } = this.#context
    yield* scanner.consumeSpace()
    for (;;) {
      if (yield* scanner.tryConsume(format.thinking?.endTag ?? '')) return
      const unit = yield* scanner.peek()
      if (unit === '') return
      emit({ type: 'thinking', text: unit })
      scanner.advance()
    }
  }

  *#parseSection(calls: ToolCallParser, startTag: string): Resumable {
    const { scanner, tools, emit } = this.#context
    let hasCalled = false
    let isParsed = false
    let furthest = scanner.offset
    for (const parser of [calls, ...(calls.alternatives ?? [])]) {
      scanner.rewind()
      if (startTag !== '') yield* scanner.tryConsume(startTag)
      isParsed = yield* parser.parseSection({
        scanner,
        startTag,
        tools,
        emit: (part) => {
          hasCalled = true
          emit(part)
        },
      })
      if (isParsed || hasCalled) break
      furthest = Math.max(furthest, scanner.offset)
    }
    // What no form takes is not read again.
    if (!isParsed && !hasCalled) scanner.skipTo(furthest)
    if (hasCalled) {
      this.#space = ''
      this.#isFresh = true
      this.#isAfterCall = true
    }
    const held = scanner.takeMarked()
    // A call that max_tokens cut before its input is neither a call nor text.
    const isCutCall = !isParsed && scanner.isCut && (startTag !== '' || BARE_CALL_START.test(held))
    if (isCutCall) {
      this.#space = ''
      scanner.skipAll()
    } else if (!isParsed) {
      this.#write(held)
    }
  }

  #write(text: string): void {
    const whole = this.#isFresh ? text.trimStart() : this.#space + text
    this.#space = ''
    if (whole === '') return
    this.#isFresh = false
    this.#isAfterCall = false
    const end = text === '' || !this.#holdsSpace ? whole : whole.trimEnd()
    this.#space = whole.slice(end.length)
    this.#before = (this.#before + whole).slice(-MAX_BEFORE_UNITS)
    this.#context.emit({ type: 'text', text: end })
  }
}

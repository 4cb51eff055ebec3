import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { MessageFormat } from './message-format.ts'
import { isSpace, type Resumable } from './output-scanner.ts'
import { parseToolInput } from './parse-json-value.ts'
import type { ParserContext } from './parser-context.ts'

const MAX_HEADER_UNITS = 256
/** Recipients of a call, among others: models have tools of their own too, which nothing here runs. */
const TOOLS_OF_REQUEST = 'functions.'

/** Parses messages, whose headers say what is thinking, a call or text. */
export function* parseMessageOutput(context: ParserContext, format: MessageFormat): Resumable {
  const writer = new MessageWriter(context)
  if (context.start === 'prefill') yield* parseContent(context, format, writer.text)
  if (context.start === 'thinking') yield* parseContent(context, format, writer.thinking)
  let isInHeader = format.startsInHeader && context.start === 'reply'
  while ((yield* context.scanner.peek()) !== '') {
    yield* parseMessage(context, format, { writer, isInHeader })
    isInHeader = false
  }
  writer.end()
}

function* parseMessage(
  context: ParserContext,
  format: MessageFormat,
  { writer, isInHeader }: { writer: MessageWriter; isInHeader: boolean },
): Resumable {
  const { scanner } = context
  scanner.mark()
  const closers = format.ends.filter((end) => !format.nextStarts.includes(end))
  if (closers.length > 0) yield* scanner.tryConsumeAny(closers)
  const isMessage = isInHeader || (yield* scanner.tryConsumeAny(format.headerStarts)) !== null
  const header = isMessage ? yield* scanner.consumeUntil([format.headerEnd], MAX_HEADER_UNITS) : null
  const held = scanner.takeMarked()
  const named = format.recipient.exec(held.slice(0, held.length - format.headerEnd.length))?.[1]
  // Elsewhere such a text may be any text.
  const isKnown = !format.startsInHeader || (named !== undefined && isRecipient(named, context, format))
  if (header === null || !isKnown) {
    // A header that max_tokens cut is no text.
    if (!(isMessage && scanner.isCut)) for (const unit of held) writer.text(unit)
    yield* parseContent(context, format, writer.text)
    return
  }
  writer.begin()
  yield* parseAddressed(context, format, { writer, held, recipient: named ?? null })
}

function isRecipient(name: string, { tools }: ParserContext, { readers }: MessageFormat): boolean {
  return readers.includes(name) || tools.has(name)
}

/** Parses the content of a message to a recipient. */
function* parseAddressed(
  context: ParserContext,
  format: MessageFormat,
  { writer, held, recipient }: { writer: MessageWriter; held: string; recipient: string | null },
): Resumable {
  const { tools } = context
  const isThinking = format.thinkingHeader?.test(held) === true
  const name = recipient?.startsWith(TOOLS_OF_REQUEST)
    ? recipient.slice(TOOLS_OF_REQUEST.length)
    : (recipient ?? '')
  if (tools.has(name)) {
    if (yield* parseCall(context, format, { name, writer }))
      yield* parseContent(context, format, () => undefined)
    else yield* parseContent(context, format, writer.text)
    return
  }
  const isForReader = recipient === null || format.readers.includes(recipient) || name !== recipient
  if (isThinking) yield* parseContent(context, format, writer.thinking)
  else yield* parseContent(context, format, isForReader ? writer.text : () => undefined)
}

/** @returns false where the content is no call, and so is text; its white space is written */
function* parseCall(
  context: ParserContext,
  { ends }: MessageFormat,
  { name, writer }: { name: string; writer: MessageWriter },
): Resumable<boolean> {
  const { scanner, tools, emit, format } = context
  scanner.mark()
  yield* scanner.consumeSpace()
  const startTag = yield* scanner.tryConsumeAny(format.calls?.startTags ?? [])
  if (startTag !== null && format.calls !== null) {
    const isParsed = yield* format.calls.parseSection({ scanner, startTag, tools, emit })
    const held = scanner.takeMarked()
    if (!isParsed && !scanner.isCut) for (const unit of held) writer.text(unit)
    return isParsed
  }
  const isInput = (yield* scanner.peek()) === '{'
  const space = scanner.takeMarked()
  if (!isInput && !(yield* isEmpty(context, ends))) {
    for (const unit of space) writer.text(unit)
    return false
  }
  emit({ type: 'tool-call-start', id: null, name })
  if (isInput) yield* parseToolInput(scanner, emit)
  else emit({ type: 'tool-input', json: '{}' })
  emit({ type: 'tool-call-end' })
  return true
}

/** Whether a content ends at once, which is the input of a tool without parameters. */
function* isEmpty({ scanner }: ParserContext, ends: readonly string[]): Resumable<boolean> {
  return (yield* scanner.isNext(ends)) || ((yield* scanner.peek()) === '' && !scanner.isCut)
}

/** Parses the rest of a message. The token that starts the next one is not consumed. */
function* parseContent(
  { scanner }: ParserContext,
  { ends, nextStarts }: MessageFormat,
  write: (unit: string) => void,
): Resumable {
  for (;;) {
    scanner.mark()
    const end = yield* scanner.tryConsumeAny(ends)
    if (end !== null) {
      if (nextStarts.includes(end)) scanner.rewind()
      scanner.takeMarked()
      return
    }
    scanner.takeMarked()
    const unit = yield* scanner.peek()
    if (unit === '') return
    write(unit)
    scanner.advance()
  }
}

/** Holds back white space that may end a message. */
class MessageWriter {
  readonly #emit: ParserContext['emit']
  #last: ReplyPart['type'] | null
  #space = ''
  #isNew = false

  constructor({ emit, start }: ParserContext) {
    this.#emit = emit
    this.#last = start === 'prefill' ? 'text' : null
  }

  readonly text = (unit: string): void => this.#write('text', unit)
  readonly thinking = (unit: string): void => this.#write('thinking', unit)

  /** Starts a message, which an empty line separates from the one before. */
  begin(): void {
    this.#isNew = true
  }

  end(): void {
    if (this.#last === 'text' && this.#space !== '' && !this.#isNew)
      this.#emit({ type: 'text', text: this.#space })
  }

  #write(type: 'text' | 'thinking', unit: string): void {
    if (isSpace(unit)) {
      if (!this.#isNew) this.#space += unit
      return
    }
    const space = this.#isNew ? '\n\n' : this.#space
    this.#emit({ type, text: this.#last === type ? space + unit : unit })
    this.#last = type
    this.#space = ''
    this.#isNew = false
  }
}

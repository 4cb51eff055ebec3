import type { ReplyPart } from '../../../completion/reply-part.ts'
import { isSpace, type Resumable } from './output-scanner.ts'
import { parseToolInput } from './parse-json-value.ts'
import type { ParserContext } from './parser-context.ts'

const MAX_HEADER_UNITS = 256
const MESSAGE = '<|message|>'
const HEADER_STARTS = ['<|start|>', '<|channel|>', ' to=', 'to=']
/** The last two also start the next message. */
const ENDS = ['<|end|>', '<|call|>', '<|return|>', '<|start|>', '<|channel|>']

/** Parses messages on channels: thinking is on `analysis`, tool calls go to `functions.name`, all else is text. */
export function* parseHarmonyOutput(context: ParserContext): Resumable {
  const writer = new ChannelWriter(context)
  if (context.start === 'prefill') yield* parseContent(context, writer.text)
  if (context.start === 'thinking') yield* parseContent(context, writer.thinking)
  while ((yield* context.scanner.peek()) !== '') yield* parseMessage(context, writer)
  writer.end()
}

function* parseMessage(context: ParserContext, writer: ChannelWriter): Resumable {
  const { scanner, tools, emit } = context
  scanner.mark()
  yield* scanner.tryConsumeAny(ENDS.slice(0, 3))
  const isMessage = (yield* scanner.tryConsumeAny(HEADER_STARTS)) !== null
  const header = isMessage ? yield* scanner.consumeUntil([MESSAGE], MAX_HEADER_UNITS) : null
  const held = scanner.takeMarked()
  if (header === null) {
    for (const unit of held) writer.text(unit)
    yield* parseContent(context, writer.text)
    return
  }
  writer.begin()
  const recipient = /to=functions\.([\w-]+)/.exec(held)?.[1]
  const isAnalysis = /<\|channel\|>\s*analysis/.test(held)
  if (recipient === undefined) {
    yield* parseContent(context, isAnalysis ? writer.thinking : writer.text)
    return
  }
  scanner.mark()
  yield* scanner.consumeSpace()
  const isCall = tools.has(recipient) && (yield* scanner.peek()) === '{'
  const space = scanner.takeMarked()
  if (!isCall) {
    for (const unit of space) writer.text(unit)
    yield* parseContent(context, writer.text)
    return
  }
  emit({ type: 'tool-call-start', id: null, name: recipient })
  yield* parseToolInput(scanner, emit)
  emit({ type: 'tool-call-end' })
  yield* parseContent(context, () => undefined)
}

/** Parses the rest of a message. The token that starts the next one is not consumed. */
function* parseContent({ scanner }: ParserContext, write: (unit: string) => void): Resumable {
  for (;;) {
    scanner.mark()
    const end = yield* scanner.tryConsumeAny(ENDS)
    if (end !== null) {
      if (end === '<|start|>' || end === '<|channel|>') scanner.rewind()
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
class ChannelWriter {
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

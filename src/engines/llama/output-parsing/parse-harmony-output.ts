import type { ReplyPart } from '../../../completion/reply-part.ts'
import { isSpace, type Reading } from './output-scanner.ts'
import { readInput } from './parse-json-value.ts'
import type { OutputParsing } from './parser-context.ts'

const MAX_HEADER_UNITS = 256
const MESSAGE = '<|message|>'
/** What a message begins with. */
const HEADER_STARTS = ['<|start|>', '<|channel|>', ' to=', 'to=']
/** What a message ends with; the last two begin the next. */
const ENDS = ['<|end|>', '<|call|>', '<|return|>', '<|start|>', '<|channel|>']

/** Reads a reply of messages on channels: thoughts on `analysis`, calls to `functions.name`, all else is text. */
export function* parseHarmonyOutput(reading: OutputParsing): Reading {
  const writer = new ChannelWriter(reading)
  if (reading.start === 'prefill') yield* readContent(reading, writer.text)
  if (reading.start === 'thinking') yield* readContent(reading, writer.thinking)
  while ((yield* reading.source.peek()) !== '') yield* readMessage(reading, writer)
  writer.end()
}

function* readMessage(reading: OutputParsing, writer: ChannelWriter): Reading {
  const { source, tools, emit } = reading
  source.hold()
  yield* source.takesOneOf(ENDS.slice(0, 3))
  const isMessage = (yield* source.takesOneOf(HEADER_STARTS)) !== null
  const header = isMessage ? yield* source.readTo([MESSAGE], MAX_HEADER_UNITS) : null
  const held = source.takeHeld()
  if (header === null) {
    for (const unit of held) writer.text(unit)
    yield* readContent(reading, writer.text)
    return
  }
  writer.begin()
  const recipient = /to=functions\.([\w-]+)/.exec(held)?.[1]
  const isAnalysis = /<\|channel\|>\s*analysis/.test(held)
  if (recipient === undefined) {
    yield* readContent(reading, isAnalysis ? writer.thinking : writer.text)
    return
  }
  source.hold()
  yield* source.skipSpace()
  const isCall = tools.has(recipient) && (yield* source.peek()) === '{'
  const space = source.takeHeld()
  if (!isCall) {
    for (const unit of space) writer.text(unit)
    yield* readContent(reading, writer.text)
    return
  }
  emit({ type: 'tool-call-start', id: null, name: recipient })
  yield* readInput(source, emit)
  emit({ type: 'tool-call-end' })
  yield* readContent(reading, () => undefined)
}

/** Up to the end of the message. What begins the next stays where it is. */
function* readContent({ source }: OutputParsing, write: (unit: string) => void): Reading {
  for (;;) {
    source.hold()
    const end = yield* source.takesOneOf(ENDS)
    if (end !== null) {
      if (end === '<|start|>' || end === '<|channel|>') source.goBack()
      source.takeHeld()
      return
    }
    source.takeHeld()
    const unit = yield* source.peek()
    if (unit === '') return
    write(unit)
    source.skip()
  }
}

/** Keeps white space back that may be the end of a message. */
class ChannelWriter {
  readonly #emit: OutputParsing['emit']
  #last: ReplyPart['type'] | null
  #space = ''
  #isNew = false

  constructor({ emit, start }: OutputParsing) {
    this.#emit = emit
    this.#last = start === 'prefill' ? 'text' : null
  }

  readonly text = (unit: string): void => this.#write('text', unit)
  readonly thinking = (unit: string): void => this.#write('thinking', unit)

  /** Another message stands apart from the one before. */
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

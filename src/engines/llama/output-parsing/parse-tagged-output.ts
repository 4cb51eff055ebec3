import type { ThinkingFormat } from './output-format.ts'
import { isSpace, type Reading } from './output-scanner.ts'
import type { OutputParsing } from './parser-context.ts'
import type { ToolCallParser } from './tool-call-parser.ts'

/**
 * Reads a reply whose thoughts and calls stand between tags. White space around thoughts and calls is no text; what
 * looks like a call and is none is text as it stands.
 */
export function* parseTaggedOutput(reading: OutputParsing): Reading {
  const { source, format, start } = reading
  const { thinking } = format
  if (start !== 'prefill') yield* source.skipSpace()
  const isThinking =
    thinking !== null &&
    (start === 'thinking' || (start === 'reply' && (yield* source.takes(thinking.opening))))
  if (isThinking) {
    yield* readThinkingBlock(thinking, reading)
    yield* source.skipSpace()
  }
  yield* new TextReading(reading).read()
}

function* readThinkingBlock({ closing }: ThinkingFormat, { source, emit }: OutputParsing): Reading {
  yield* source.skipSpace()
  let space = ''
  for (;;) {
    if (yield* source.takes(closing)) return
    const unit = yield* source.peek()
    if (unit === '') return
    source.skip()
    if (isSpace(unit)) {
      space += unit
    } else {
      emit({ type: 'thinking', text: space + unit })
      space = ''
    }
  }
}

/** Text, with calls in it. */
class TextReading {
  readonly #reading: OutputParsing
  readonly #calls: ToolCallParser | null
  readonly #markers: readonly string[]
  /** What markers begin with. */
  readonly #firstUnits: string
  /** Before a call white space is no text. */
  readonly #holdsSpace: boolean
  #space = ''
  /** Whether nothing was written yet, or nothing since a call. */
  #isFresh: boolean

  constructor(reading: OutputParsing) {
    const { calls, wrappers } = reading.format
    this.#reading = reading
    this.#calls = calls
    this.#markers = [...(calls?.openers ?? []), ...wrappers]
    this.#firstUnits = this.#markers.map((marker) => marker.charAt(0)).join('')
    this.#holdsSpace = this.#markers.length > 0
    this.#isFresh = reading.start !== 'prefill'
  }

  *read(): Reading {
    const { source } = this.#reading
    if (this.#calls?.isBare && this.#isFresh) yield* this.#readBareCalls(this.#calls)
    for (;;) {
      const unit = yield* source.peek()
      if (unit === '') break
      if (this.#firstUnits.includes(unit) && (yield* this.#readMarked())) continue
      source.skip()
      if (isSpace(unit) && this.#holdsSpace) this.#space += unit
      else this.#write(unit)
    }
    if (!this.#isFresh) this.#write('')
  }

  *#readBareCalls(calls: ToolCallParser): Reading {
    const { source } = this.#reading
    if ((yield* source.peek()) !== '{') return
    source.hold()
    yield* this.#readSection(calls, '')
  }

  /** @returns false where there is no marker */
  *#readMarked(): Reading<boolean> {
    const { source, format } = this.#reading
    source.hold()
    const marker = yield* source.takesOneOf(this.#markers)
    if (marker === null || this.#calls === null || format.wrappers.includes(marker)) {
      source.takeHeld()
      return marker !== null
    }
    yield* this.#readSection(this.#calls, marker)
    return true
  }

  *#readSection(calls: ToolCallParser, opener: string): Reading {
    const { source, tools, emit } = this.#reading
    let hasCalled = false
    const isRead = yield* calls.readSection({
      source,
      opener,
      tools,
      emit: (piece) => {
        hasCalled = true
        emit(piece)
      },
    })
    if (hasCalled) {
      this.#space = ''
      this.#isFresh = true
    }
    const held = source.takeHeld()
    if (!isRead) this.#write(held)
  }

  #write(text: string): void {
    const whole = this.#isFresh ? text.trimStart() : this.#space + text
    this.#space = ''
    if (whole === '') return
    this.#isFresh = false
    const end = text === '' || !this.#holdsSpace ? whole : whole.trimEnd()
    this.#space = whole.slice(end.length)
    this.#reading.emit({ type: 'text', text: end })
  }
}

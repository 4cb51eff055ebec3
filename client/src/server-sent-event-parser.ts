import { ContinuoError } from './continuo-error.ts'

/**
 * The largest event that is read, in UTF-16 code units: thousands of times what a completion's event holds. A server
 * that sends more without ending an event would only fill the memory.
 */
export const MAX_EVENT_CODE_UNITS = 8 * 1024 * 1024

/** One event of a stream. */
export interface ServerSentEvent {
  /** The event's name; `message` where the stream gives none. */
  readonly event: string
  /** The lines of data, joined by newlines. */
  readonly data: string
  /** False for what was left when the stream ended without the blank line that ends an event. */
  readonly isTerminated: boolean
}

/**
 * Reads server-sent events out of bytes that come in pieces. Where the pieces were cut makes no difference, and every
 * byte is looked at once.
 *
 * @see the HTML standard, "Parsing an event stream"
 */
export class ServerSentEventParser {
  // Holds back a character that was cut. By itself it would drop a second byte order mark, too, where the first was cut.
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #isAtStart = true
  /** The pieces of a line whose end has not come. */
  #lineParts: string[] = []
  /** A line feed right after a carriage return belongs to it, also when it comes in the next piece. */
  #endedWithCarriageReturn = false
  #event = ''
  #dataLines: string[] = []
  /** Code units held for the event that is being read. */
  #heldCodeUnits = 0

  /**
   * Takes the next bytes; returns the events that they complete.
   *
   * @throws ContinuoError when an event is larger than {@link MAX_EVENT_CODE_UNITS}
   */
  push(bytes: Uint8Array): ServerSentEvent[] {
    return this.#pushText(this.#decoder.decode(bytes, { stream: true }))
  }

  /** The stream ended: returns what stands after the last blank line, if anything does. */
  end(): ServerSentEvent[] {
    const events = this.#pushText(this.#decoder.decode())
    if (this.#lineParts.length > 0) this.#readField(this.#takeLine())
    const rest = this.#takeEvent(false)
    return rest === undefined ? events : [...events, rest]
  }

  #pushText(decoded: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = []
    if (decoded === '') return events
    const text = this.#isAtStart && decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded
    this.#isAtStart = false
    if (text === '') return events
    let start = this.#endedWithCarriageReturn && text.startsWith('\n') ? 1 : 0
    this.#endedWithCarriageReturn = text.endsWith('\r')
    const lineEnd = /\r\n|\r|\n/g
    lineEnd.lastIndex = start
    for (let found = lineEnd.exec(text); found !== null; found = lineEnd.exec(text)) {
      this.#endLine(text.slice(start, found.index), events)
      start = lineEnd.lastIndex
    }
    if (start < text.length) this.#holdLinePart(text.slice(start))
    return events
  }

  #holdLinePart(part: string): void {
    this.#lineParts.push(part)
    this.#hold(part.length)
  }

  #endLine(lastPart: string, events: ServerSentEvent[]): void {
    this.#holdLinePart(lastPart)
    const line = this.#takeLine()
    if (line === '') {
      const event = this.#takeEvent(true)
      if (event !== undefined) events.push(event)
    } else if (!this.#readField(line)) {
      this.#hold(-line.length)
    }
  }

  #takeLine(): string {
    const line = this.#lineParts.join('')
    this.#lineParts = []
    return line
  }

  /** Whether the line was data, which is held until the event is complete; all else takes no room. */
  #readField(line: string): boolean {
    const colon = line.indexOf(':')
    const [name, rest] = colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1)]
    const value = rest.startsWith(' ') ? rest.slice(1) : rest
    if (name !== 'data' && name !== 'event') return false
    if (name === 'data') this.#dataLines.push(value)
    else this.#event = value
    return name === 'data'
  }

  #takeEvent(isTerminated: boolean): ServerSentEvent | undefined {
    const [event, dataLines] = [this.#event || 'message', this.#dataLines]
    this.#event = ''
    this.#dataLines = []
    this.#heldCodeUnits = 0
    // A name without data is no event.
    return dataLines.length === 0 ? undefined : { event, data: dataLines.join('\n'), isTerminated }
  }

  #hold(codeUnits: number): void {
    this.#heldCodeUnits += codeUnits
    if (this.#heldCodeUnits > MAX_EVENT_CODE_UNITS) {
      throw new ContinuoError(`The server sent an event larger than ${MAX_EVENT_CODE_UNITS} characters.`)
    }
  }
}

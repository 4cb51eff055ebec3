/** A parser that suspends where the text so far ends and resumes when there is more. */
export type Resumable<Result = void> = Generator<void, Result, void>

/** Scans the text of a reply while it is generated. Offsets count from the start of the reply. */
export class OutputScanner {
  /** The text from `#start` on. */
  #text = ''
  #start = 0
  /** Text before `#start` that may be read again, in pieces, so that more text does not copy it. */
  #kept: string[] = []
  #keptFrom = 0
  #offset = 0
  /** The text from here on is kept. */
  #markedAt: number | null = null
  /** Kept from here on too, whatever is marked. */
  #heldAt: number | null = null
  #furthest = 0
  #isEnded = false
  #isCut = false

  append(text: string): void {
    const from = Math.min(this.#offset, this.#markedAt ?? this.#offset, this.#heldAt ?? this.#offset)
    if (from === this.#offset) {
      this.#kept = []
    } else {
      if (this.#kept.length === 0) this.#keptFrom = from
      this.#kept.push(this.#text.slice(Math.max(0, this.#keptEnd - this.#start), this.#offset - this.#start))
    }
    this.#text = this.#text.slice(this.#offset - this.#start) + text
    this.#start = this.#offset
  }

  /** Where the kept text has to go on. */
  get #keptEnd(): number {
    return this.#kept.length === 0 ? this.#keptFrom : this.#start
  }

  #returnTo(offset: number): void {
    this.#furthest = this.furthestOffset
    if (offset < this.#start) {
      this.#text = this.#kept.join('') + this.#text
      this.#start = this.#keptFrom
      this.#kept = []
    }
    this.#offset = offset
  }

  /** The text from an offset to the current one. */
  #textFrom(offset: number): string {
    if (offset >= this.#start) return this.#text.slice(offset - this.#start, this.#offset - this.#start)
    const kept = this.#kept.join('').slice(offset - this.#keptFrom)
    return kept + this.#text.slice(0, this.#offset - this.#start)
  }

  /** @param isCut whether the completion ended before the model did */
  end(isCut: boolean): void {
    this.#isEnded = true
    this.#isCut = isCut
  }

  /** Whether the completion ended before the model did; known at its end. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** How much of the text was consumed, from its start. */
  get offset(): number {
    return this.#offset
  }

  /** The furthest offset before a return to a mark. */
  get furthestOffset(): number {
    return Math.max(this.#furthest, this.#offset)
  }

  /** Returns the next UTF-16 unit; empty at the end. */
  *peek(): Resumable<string> {
    while (this.#offset - this.#start >= this.#text.length) {
      if (this.#isEnded) return ''
      yield
    }
    return this.#text.charAt(this.#offset - this.#start)
  }

  advance(): void {
    this.#offset++
  }

  *tryConsume(marker: string): Resumable<boolean> {
    return (yield* this.tryConsumeAny([marker])) !== null
  }

  /** Consumes the longest marker that comes next; null if none does. */
  *tryConsumeAny(markers: readonly string[]): Resumable<string | null> {
    for (;;) {
      const at = this.#offset - this.#start
      const there = this.#text.length - at
      const mayBe = markers.some(
        (marker) => marker.length > there && this.#text.startsWith(marker.slice(0, there), at),
      )
      if (mayBe && !this.#isEnded) {
        yield
        continue
      }
      let found: string | null = null
      for (const marker of markers) {
        const isLonger = found === null || marker.length > found.length
        if (isLonger && this.#text.startsWith(marker, at)) found = marker
      }
      this.#offset += found?.length ?? 0
      return found
    }
  }

  /** Whether a marker comes next, which is not consumed. */
  *isNext(markers: readonly string[]): Resumable<boolean> {
    const found = yield* this.tryConsumeAny(markers)
    this.#offset -= found?.length ?? 0
    return found !== null
  }

  /** Consumes white space, and any of the other units. */
  *consumeSpace(others = ''): Resumable {
    for (;;) {
      const unit = yield* this.peek()
      if (unit === '' || !(isSpace(unit) || others.includes(unit))) return
      this.advance()
    }
  }

  /**
   * Consumes the text up to one of the ends, and that end.
   *
   * @returns null where none comes within `maxUnits`; some text is consumed then
   */
  *consumeUntil(ends: readonly string[], maxUnits: number): Resumable<{ text: string; end: string } | null> {
    let text = ''
    while (text.length <= maxUnits) {
      const end = yield* this.tryConsumeAny(ends)
      if (end !== null) return { text, end }
      const unit = yield* this.peek()
      if (unit === '') return null
      text += unit
      this.advance()
    }
    return null
  }

  /** Consumes the rest of the text if it is a beginning of a marker, of at least some units. */
  skipRestOf(markers: readonly string[], minUnits: number): boolean {
    const at = this.#offset - this.#start
    const units = this.#text.length - at
    const isRest = (marker: string) => units < marker.length && marker.startsWith(this.#text.slice(at))
    if (units < minUnits || !markers.some(isRest)) return false
    this.skipAll()
    return true
  }

  /** Consumes all text so far. */
  skipAll(): void {
    this.#offset = this.#start + this.#text.length
  }

  /** Consumes text that was consumed before, up to an offset. */
  skipTo(offset: number): void {
    this.#offset = Math.max(this.#offset, offset)
  }

  /** Marks the current position. */
  mark(): void {
    this.#markedAt = this.#offset
  }

  /** Returns to the marked position. */
  rewind(): void {
    this.#returnTo(this.#markedAt ?? this.#offset)
  }

  /** Returns the text consumed since the marked position, and removes the mark. */
  takeMarked(): string {
    const text = this.#textFrom(this.#markedAt ?? this.#offset)
    this.#markedAt = null
    return text
  }

  /** Keeps the text from the current position on, until it is released. */
  hold(): void {
    this.#heldAt = this.#offset
  }

  /** Releases the held text, and returns it. */
  releaseConsumed(): string {
    const text = this.#textFrom(this.#heldAt ?? this.#offset)
    this.#heldAt = null
    this.#markedAt = null
    return text
  }

  /** Releases the held text, which comes next again. */
  releaseUnread(): void {
    this.#returnTo(this.#heldAt ?? this.#offset)
    this.#heldAt = null
    this.#markedAt = null
  }
}

export function isSpace(unit: string): boolean {
  return /\s/.test(unit)
}

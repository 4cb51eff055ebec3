/** A parser that suspends where the text so far ends and resumes when there is more. */
export type Resumable<Result = void> = Generator<void, Result, void>

/** Scans the text of a reply while it is generated. */
export class OutputScanner {
  #text = ''
  #position = 0
  /** The text from here on is kept. */
  #markedAt: number | null = null
  /** Kept from here on too, whatever is marked. */
  #heldAt: number | null = null
  /** How much text was dropped before the kept one. */
  #dropped = 0
  #furthest = 0
  #isEnded = false
  #isCut = false

  append(text: string): void {
    const { length } = this.#text
    const from = Math.min(this.#position, this.#markedAt ?? length, this.#heldAt ?? length)
    this.#text = this.#text.slice(from) + text
    this.#position -= from
    this.#dropped += from
    if (this.#markedAt !== null) this.#markedAt -= from
    if (this.#heldAt !== null) this.#heldAt -= from
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
    return this.#dropped + this.#position
  }

  /** The furthest offset before a return to a mark. */
  get furthestOffset(): number {
    return Math.max(this.#furthest, this.offset)
  }

  /** Returns the next UTF-16 unit; empty at the end. */
  *peek(): Resumable<string> {
    while (this.#position >= this.#text.length) {
      if (this.#isEnded) return ''
      yield
    }
    return this.#text.charAt(this.#position)
  }

  advance(): void {
    this.#position++
  }

  *tryConsume(marker: string): Resumable<boolean> {
    return (yield* this.tryConsumeAny([marker])) !== null
  }

  /** Consumes the longest marker that comes next; null if none does. */
  *tryConsumeAny(markers: readonly string[]): Resumable<string | null> {
    for (;;) {
      const there = this.#text.length - this.#position
      const mayBe = markers.some(
        (marker) => marker.length > there && this.#text.startsWith(marker.slice(0, there), this.#position),
      )
      if (mayBe && !this.#isEnded) {
        yield
        continue
      }
      let found: string | null = null
      for (const marker of markers) {
        const isLonger = found === null || marker.length > found.length
        if (isLonger && this.#text.startsWith(marker, this.#position)) found = marker
      }
      this.#position += found?.length ?? 0
      return found
    }
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
    const units = this.#text.length - this.#position
    if (units < minUnits) return false
    const isRest = (marker: string) =>
      units < marker.length && marker.startsWith(this.#text.slice(this.#position))
    if (!markers.some(isRest)) return false
    this.#position = this.#text.length
    return true
  }

  /** Marks the current position. */
  mark(): void {
    this.#markedAt = this.#position
  }

  /** Returns to the marked position. */
  rewind(): void {
    this.#furthest = this.furthestOffset
    this.#position = this.#markedAt ?? this.#position
  }

  /** Consumes all text so far. */
  skipAll(): void {
    this.#position = this.#text.length
  }

  /** Consumes text that was consumed before, up to an offset. */
  skipTo(offset: number): void {
    this.#position = Math.max(this.#position, offset - this.#dropped)
  }

  /** Keeps the text from the current position on, until it is released. */
  hold(): void {
    this.#heldAt = this.#position
  }

  /** Releases the held text. It is returned, or else it comes next again. */
  releaseConsumed(): string {
    const text = this.#text.slice(this.#heldAt ?? this.#position, this.#position)
    this.#heldAt = null
    this.#markedAt = null
    return text
  }

  releaseUnread(): void {
    this.#furthest = this.furthestOffset
    this.#position = this.#heldAt ?? this.#position
    this.#heldAt = null
    this.#markedAt = null
  }

  /** Returns the text consumed since the marked position, and removes the mark. */
  takeMarked(): string {
    const held = this.#markedAt === null ? '' : this.#text.slice(this.#markedAt, this.#position)
    this.#markedAt = null
    return held
  }
}

export function isSpace(unit: string): boolean {
  return /\s/.test(unit)
}

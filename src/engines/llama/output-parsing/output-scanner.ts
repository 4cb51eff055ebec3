/**
 * A part of reading a reply. It stops where the text that is there ends, and goes on when there is more: what it reads
 * is the same however the text was cut.
 */
export type Resumable<Result = void> = Generator<void, Result, void>

/** The text of a reply while it comes. */
export class OutputScanner {
  #text = ''
  #position = 0
  /** From here on nothing is forgotten yet. */
  #markedAt: number | null = null
  #isEnded = false
  #isCut = false

  append(text: string): void {
    const from = Math.min(this.#position, this.#markedAt ?? this.#position)
    this.#text = this.#text.slice(from) + text
    this.#position -= from
    if (this.#markedAt !== null) this.#markedAt -= from
  }

  /** @param isCut whether the model had more to say */
  end(isCut: boolean): void {
    this.#isEnded = true
    this.#isCut = isCut
  }

  /** Whether the reply ended before the model ended it. Known at its end. */
  get isCut(): boolean {
    return this.#isCut
  }

  /** The next UTF-16 unit; empty at the end. */
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

  /** Goes behind a marker if it is what comes next. */
  *tryConsume(marker: string): Resumable<boolean> {
    return (yield* this.tryConsumeAny([marker])) !== null
  }

  /** Goes behind the longest of the markers that comes next, if one does. */
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

  /** Goes to the next unit that is not white space, nor one of the others that are to be skipped. */
  *consumeSpace(others = ''): Resumable {
    for (;;) {
      const unit = yield* this.peek()
      if (unit === '' || !(isSpace(unit) || others.includes(unit))) return
      this.advance()
    }
  }

  /**
   * The text up to one of the ends, and goes behind that.
   *
   * @returns null where none comes within so many units; some of them are read then
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

  /** Remembers this place. */
  mark(): void {
    this.#markedAt = this.#position
  }

  /** To the remembered place. */
  rewind(): void {
    this.#position = this.#markedAt ?? this.#position
  }

  /** Everything that was read since the remembered place, which is forgotten. */
  takeMarked(): string {
    const held = this.#markedAt === null ? '' : this.#text.slice(this.#markedAt, this.#position)
    this.#markedAt = null
    return held
  }
}

/** Whether a UTF-16 unit is white space. */
export function isSpace(unit: string): boolean {
  return /\s/.test(unit)
}

/**
 * A part of reading a reply. It stops where the text that is there ends, and goes on when there is more: what it reads
 * is the same however the text was cut.
 */
export type Reading<Result = void> = Generator<void, Result, void>

/** The text of a reply while it comes. */
export class OutputSource {
  #text = ''
  #at = 0
  /** From here on nothing is forgotten yet. */
  #heldFrom: number | null = null
  #isEnded = false
  #isCut = false

  append(text: string): void {
    const from = Math.min(this.#at, this.#heldFrom ?? this.#at)
    this.#text = this.#text.slice(from) + text
    this.#at -= from
    if (this.#heldFrom !== null) this.#heldFrom -= from
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
  *peek(): Reading<string> {
    while (this.#at >= this.#text.length) {
      if (this.#isEnded) return ''
      yield
    }
    return this.#text.charAt(this.#at)
  }

  skip(): void {
    this.#at++
  }

  /** Goes behind a marker if it is what comes next. */
  *takes(marker: string): Reading<boolean> {
    return (yield* this.takesOneOf([marker])) !== null
  }

  /** Goes behind the longest of the markers that comes next, if one does. */
  *takesOneOf(markers: readonly string[]): Reading<string | null> {
    for (;;) {
      const there = this.#text.length - this.#at
      const mayBe = markers.some(
        (marker) => marker.length > there && this.#text.startsWith(marker.slice(0, there), this.#at),
      )
      if (mayBe && !this.#isEnded) {
        yield
        continue
      }
      let found: string | null = null
      for (const marker of markers) {
        const isLonger = found === null || marker.length > found.length
        if (isLonger && this.#text.startsWith(marker, this.#at)) found = marker
      }
      this.#at += found?.length ?? 0
      return found
    }
  }

  /** Goes to the next unit that is not white space, nor one of the others that are to be skipped. */
  *skipSpace(others = ''): Reading {
    for (;;) {
      const unit = yield* this.peek()
      if (unit === '' || !(isSpace(unit) || others.includes(unit))) return
      this.skip()
    }
  }

  /**
   * The text up to one of the ends, and goes behind that.
   *
   * @returns null where none comes within so many units; some of them are read then
   */
  *readTo(ends: readonly string[], maxUnits: number): Reading<{ text: string; end: string } | null> {
    let text = ''
    while (text.length <= maxUnits) {
      const end = yield* this.takesOneOf(ends)
      if (end !== null) return { text, end }
      const unit = yield* this.peek()
      if (unit === '') return null
      text += unit
      this.skip()
    }
    return null
  }

  /** Remembers this place. */
  hold(): void {
    this.#heldFrom = this.#at
  }

  /** To the remembered place. */
  goBack(): void {
    this.#at = this.#heldFrom ?? this.#at
  }

  /** Everything that was read since the remembered place, which is forgotten. */
  takeHeld(): string {
    const held = this.#heldFrom === null ? '' : this.#text.slice(this.#heldFrom, this.#at)
    this.#heldFrom = null
    return held
  }
}

/** Whether a UTF-16 unit is white space. */
export function isSpace(unit: string): boolean {
  return /\s/.test(unit)
}

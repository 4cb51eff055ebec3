import { StopSequenceTrie } from './stop-sequence-trie.ts'

/** Where a text ended, or how much of it may still become a stop sequence. */
export interface MatchStep {
  /** Text that is no part of any stop sequence, whatever comes next. */
  readonly released: string
  /** The stop sequence that is complete, else null. What follows it is dropped. */
  readonly matched: string | null
}

/**
 * Finds the first stop sequence to be complete in a text that comes in pieces (an Aho-Corasick automaton over UTF-16
 * code units). Of two that end at the same place the longer wins. How the text was cut makes no difference.
 */
export class StopSequenceMatcher {
  readonly #stopSequences: readonly string[]
  /** The code unit that all of them begin with, as most requests' do; null if they differ. */
  readonly #beginning: string | null
  readonly #trie: StopSequenceTrie
  #state = 0
  /** What may still become a stop sequence, in the pieces that it came in: to join them each time would take long. */
  #held: string[] = []
  /** Index of the first of them that is still held. */
  #firstHeld = 0
  #heldUnits = 0

  /** @param stopSequences none of them empty */
  constructor(stopSequences: readonly string[]) {
    this.#stopSequences = stopSequences
    const beginnings = new Set(stopSequences.map((stopSequence) => stopSequence.charAt(0)))
    this.#beginning = beginnings.size === 1 ? ([...beginnings][0] ?? null) : null
    this.#trie = new StopSequenceTrie(stopSequences)
  }

  /** Takes the next piece. After a match nothing more may be pushed. */
  push(text: string): MatchStep {
    for (let position = 0; position < text.length; position++) {
      if (this.#state === 0 && this.#beginning !== null) {
        position = text.indexOf(this.#beginning, position)
        if (position === -1) break
      }
      this.#state = this.#trie.next(this.#state, text.charCodeAt(position))
      const stopSequence = this.#stopSequences[this.#trie.endingAt(this.#state)]
      if (stopSequence !== undefined) {
        this.#hold(text.slice(0, position + 1))
        return { released: this.#release(stopSequence.length), matched: stopSequence }
      }
    }
    // As most pieces are.
    if (this.#state === 0 && this.#heldUnits === 0) return { released: text, matched: null }
    this.#hold(text)
    return { released: this.#release(this.#trie.depthOf(this.#state)), matched: null }
  }

  /** The text ended: what was held back is no stop sequence after all. */
  flush(): string {
    this.#state = 0
    return this.#release(0)
  }

  #hold(piece: string): void {
    if (piece === '') return
    this.#held.push(piece)
    this.#heldUnits += piece.length
  }

  /** Takes out all that is held but for its last units. Each piece is looked at once, or twice where it is cut. */
  #release(keptUnits: number): string {
    const released: string[] = []
    while (this.#heldUnits > keptUnits) {
      const piece = this.#held[this.#firstHeld] ?? ''
      const taken = piece.slice(0, this.#heldUnits - keptUnits)
      released.push(taken)
      this.#heldUnits -= taken.length
      if (taken.length < piece.length) this.#held[this.#firstHeld] = piece.slice(taken.length)
      else this.#firstHeld += 1
    }
    if (this.#firstHeld * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#firstHeld)
      this.#firstHeld = 0
    }
    return released.join('')
  }
}

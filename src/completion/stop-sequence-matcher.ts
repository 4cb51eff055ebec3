import { HUMAN_MARKER } from './human-assistant-prompt.ts'
import { StopSequenceTrie } from './stop-sequence-trie.ts'

/** Most requests have this stop sequence alone; a trie for each would be 2 KB of an open stream. */
const NEXT_TURN = new StopSequenceTrie([HUMAN_MARKER])

/** The result of matching one piece of text. */
export interface MatchStep {
  /** Text that cannot be part of a stop sequence, whatever follows. */
  readonly released: string
  /** The stop sequence that is complete, or null. Text after it is dropped. */
  readonly matched: string | null
}

/**
 * Finds the first complete stop sequence in a text that comes in pieces, with an Aho-Corasick automaton over UTF-16 code
 * units. Of two that end at the same position the longer wins. The result does not depend on how the text is cut.
 */
export class StopSequenceMatcher {
  readonly #stopSequences: readonly string[]
  /** The first code unit of all stop sequences; null if they differ, which is rare. */
  readonly #beginning: string | null
  readonly #trie: StopSequenceTrie
  #state = 0
  /** Text that may become a stop sequence, in pieces: joining them each time would take too long. */
  #held: string[] = []
  /** Index of the first of them that is still held. */
  #firstHeld = 0
  #heldUnits = 0

  /** @param stopSequences none of them empty */
  constructor(stopSequences: readonly string[]) {
    this.#stopSequences = stopSequences
    const beginnings = new Set(stopSequences.map((stopSequence) => stopSequence.charAt(0)))
    this.#beginning = beginnings.size === 1 ? ([...beginnings][0] ?? null) : null
    const isNextTurn = stopSequences.length === 1 && stopSequences[0] === HUMAN_MARKER
    this.#trie = isNextTurn ? NEXT_TURN : new StopSequenceTrie(stopSequences)
  }

  /** Matches the next piece. Nothing may be pushed after a match. */
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
    // The common case.
    if (this.#state === 0 && this.#heldUnits === 0) return { released: text, matched: null }
    this.#hold(text)
    return { released: this.#release(this.#trie.depthOf(this.#state)), matched: null }
  }

  /** Ends the text and returns what was held back. */
  flush(): string {
    this.#state = 0
    return this.#release(0)
  }

  #hold(piece: string): void {
    if (piece === '') return
    this.#held.push(piece)
    this.#heldUnits += piece.length
  }

  /** Removes all held text but its last units. Visits each piece once, or twice where it is cut. */
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

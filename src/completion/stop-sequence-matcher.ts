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
  /** (state, code unit) → state, for the edges of the trie alone. */
  readonly #edges = new Map<number, number>()
  readonly #depth: number[] = [0]
  readonly #fail: number[] = [0]
  /** Index of the longest stop sequence that ends in a state, or -1. */
  readonly #ends: number[] = [-1]
  #state = 0
  #held = ''

  /** @param stopSequences none of them empty */
  constructor(stopSequences: readonly string[]) {
    this.#stopSequences = stopSequences
    const beginnings = new Set(stopSequences.map((stopSequence) => stopSequence.charAt(0)))
    this.#beginning = beginnings.size === 1 ? ([...beginnings][0] ?? null) : null
    const order: number[] = []
    const parents: [state: number, codeUnit: number][] = [[0, 0]]
    for (const [index, stopSequence] of stopSequences.entries()) this.#insert(stopSequence, index, parents)
    for (let state = 1; state < this.#depth.length; state++) order.push(state)
    order.sort((a, b) => this.#depthOf(a) - this.#depthOf(b))
    for (const state of order) this.#linkFailure(state, parents[state] ?? [0, 0])
  }

  /** Takes the next piece. After a match nothing more may be pushed. */
  push(text: string): MatchStep {
    const all = this.#held + text
    for (let position = this.#held.length; position < all.length; position++) {
      if (this.#state === 0 && this.#beginning !== null) {
        position = all.indexOf(this.#beginning, position)
        if (position === -1) break
      }
      this.#state = this.#next(this.#state, all.charCodeAt(position))
      const ended = this.#ends[this.#state] ?? -1
      const stopSequence = this.#stopSequences[ended]
      if (stopSequence !== undefined) {
        this.#held = ''
        return { released: all.slice(0, position + 1 - stopSequence.length), matched: stopSequence }
      }
    }
    const heldFrom = all.length - this.#depthOf(this.#state)
    this.#held = all.slice(heldFrom)
    return { released: all.slice(0, heldFrom), matched: null }
  }

  /** The text ended: what was held back is no stop sequence after all. */
  flush(): string {
    const rest = this.#held
    this.#held = ''
    this.#state = 0
    return rest
  }

  #insert(stopSequence: string, index: number, parents: [number, number][]): void {
    let state = 0
    for (let position = 0; position < stopSequence.length; position++) {
      const codeUnit = stopSequence.charCodeAt(position)
      let child = this.#edges.get(edge(state, codeUnit))
      if (child === undefined) {
        child = this.#depth.length
        this.#edges.set(edge(state, codeUnit), child)
        this.#depth.push(position + 1)
        this.#fail.push(0)
        this.#ends.push(-1)
        parents.push([state, codeUnit])
      }
      state = child
    }
    if (this.#ends[state] === -1) this.#ends[state] = index
  }

  #linkFailure(state: number, [parent, codeUnit]: [number, number]): void {
    const fail = parent === 0 ? 0 : this.#next(this.#fail[parent] ?? 0, codeUnit)
    this.#fail[state] = fail
    if (this.#ends[state] === -1) this.#ends[state] = this.#ends[fail] ?? -1
  }

  #next(from: number, codeUnit: number): number {
    let state = from
    for (;;) {
      const child = this.#edges.get(edge(state, codeUnit))
      if (child !== undefined) return child
      if (state === 0) return 0
      state = this.#fail[state] ?? 0
    }
  }

  #depthOf(state: number): number {
    return this.#depth[state] ?? 0
  }
}

/** One number for a pair; code units are below 65,536. */
function edge(state: number, codeUnit: number): number {
  return state * 65_536 + codeUnit
}

/** Odd factors that spread neighbouring states and code units over the hash table. */
const [STATE_FACTOR, UNIT_FACTOR] = [0x9e3779b1, 0x85ebca6b]

/**
 * All stop sequences as an Aho-Corasick trie. State 0 is the root. Typed arrays keep it fast: a hundred thousand code
 * units take a few milliseconds.
 */
export class StopSequenceTrie {
  /** A hash table (state, code unit) → child with linear probing; 0 is a free entry. */
  readonly #children: Int32Array
  readonly #mask: number
  /** The parent of each state, and the code unit that leads from it. */
  readonly #parents: Int32Array
  readonly #units: Uint16Array
  readonly #depths: Int32Array
  readonly #fails: Int32Array
  /** Index of the longest stop sequence that ends in a state, or -1. */
  readonly #ends: Int32Array
  #states = 1

  /** @param stopSequences none of them empty */
  constructor(stopSequences: readonly string[]) {
    const maxStates = stopSequences.reduce((units, stopSequence) => units + stopSequence.length, 1)
    const tableSize = 2 ** Math.ceil(Math.log2(2 * maxStates))
    this.#children = new Int32Array(tableSize)
    this.#mask = tableSize - 1
    this.#parents = new Int32Array(maxStates)
    this.#units = new Uint16Array(maxStates)
    this.#depths = new Int32Array(maxStates)
    this.#fails = new Int32Array(maxStates)
    this.#ends = new Int32Array(maxStates).fill(-1)
    for (const [index, stopSequence] of stopSequences.entries()) this.#insert(stopSequence, index)
    this.#linkFails()
  }

  next(from: number, unit: number): number {
    let state = from
    for (;;) {
      const child = this.#children[this.#entryOf(state, unit)] ?? 0
      if (child !== 0) return child
      if (state === 0) return 0
      state = this.#fails[state] ?? 0
    }
  }

  /** Index of the longest stop sequence that ends in a state, or -1. */
  endingAt(state: number): number {
    return this.#ends[state] ?? -1
  }

  /** How many code units at the end of the text may become a stop sequence. */
  depthOf(state: number): number {
    return this.#depths[state] ?? 0
  }

  #insert(stopSequence: string, index: number): void {
    let state = 0
    for (let position = 0; position < stopSequence.length; position++) {
      const unit = stopSequence.charCodeAt(position)
      const entry = this.#entryOf(state, unit)
      let child = this.#children[entry] ?? 0
      if (child === 0) {
        child = this.#states++
        this.#children[entry] = child
        this.#parents[child] = state
        this.#units[child] = unit
        this.#depths[child] = position + 1
      }
      state = child
    }
    if (this.#ends[state] === -1) this.#ends[state] = index
  }

  /** The entry of a state's child, or the free entry for it. */
  #entryOf(state: number, unit: number): number {
    const hash = Math.imul(state, STATE_FACTOR) ^ Math.imul(unit + 1, UNIT_FACTOR)
    let entry = (hash ^ (hash >>> 15)) & this.#mask
    for (;;) {
      const child = this.#children[entry] ?? 0
      if (child === 0 || (this.#parents[child] === state && this.#units[child] === unit)) return entry
      entry = (entry + 1) & this.#mask
    }
  }

  /** A state's fail link depends on those of shorter states, so these come first. */
  #linkFails(): void {
    for (const state of this.#statesByDepth()) {
      const parent = this.#parents[state] ?? 0
      const fail = parent === 0 ? 0 : this.next(this.#fails[parent] ?? 0, this.#units[state] ?? 0)
      this.#fails[state] = fail
      if (this.#ends[state] === -1) this.#ends[state] = this.#ends[fail] ?? -1
    }
  }

  /** All states but the root, in a counting sort by depth. */
  #statesByDepth(): Int32Array {
    // starts[d]: the index of the first state of depth d.
    const starts = new Int32Array(this.#states + 2)
    for (let state = 1; state < this.#states; state++) {
      const next = (this.#depths[state] ?? 0) + 1
      starts[next] = (starts[next] ?? 0) + 1
    }
    for (let depth = 1; depth < starts.length; depth++) {
      starts[depth] = (starts[depth] ?? 0) + (starts[depth - 1] ?? 0)
    }
    const ordered = new Int32Array(this.#states - 1)
    for (let state = 1; state < this.#states; state++) {
      const depth = this.#depths[state] ?? 0
      ordered[starts[depth] ?? 0] = state
      starts[depth] = (starts[depth] ?? 0) + 1
    }
    return ordered
  }
}

import { type CharacterSet, holdsAnyOf } from './character-set.ts'

/** A node consumes a character, branches, calls a rule, calls one whose texts do not contain the excluded text, or ends one. */
export const NODE = { characters: 0, split: 1, call: 2, end: 3, callWithout: 4 } as const
/** The node where every rule ends. */
export const END_NODE = 0

const ASCII = 128

/** The rules of a grammar as numbered nodes, each with its successor. */
export interface ProgramNodes {
  readonly kinds: ArrayLike<number>
  /** Of each node: its character set, the start of its branches, or its rule. */
  readonly firsts: ArrayLike<number>
  /** Of each node: its successor, or the end of its branches. */
  readonly seconds: ArrayLike<number>
  /** The targets of branching nodes, those of one node adjacent. */
  readonly branches: ArrayLike<number>
  /** The first nodes of rules; the first rule is the whole grammar. */
  readonly ruleStarts: ArrayLike<number>
  readonly sets: readonly CharacterSet[]
  /** What some rules' texts must not contain; empty for nothing. */
  readonly excluded: string
}

/** A compiled grammar. */
export class GrammarProgram {
  readonly nodes: ProgramNodes
  readonly size: number
  /** The first code point of each range that no set divides. */
  readonly #symbolStarts: Int32Array
  readonly #asciiSymbols: Int32Array
  readonly #excluded: readonly number[]
  /** For each number of characters of the excluded text: how many of them the text also ends with. */
  readonly #borders: readonly number[]

  constructor(nodes: ProgramNodes) {
    this.nodes = nodes
    this.size = nodes.kinds.length
    this.#symbolStarts = symbolStartsOf(nodes.sets)
    this.#asciiSymbols = Int32Array.from({ length: ASCII }, (_, codePoint) => this.#findSymbol(codePoint))
    this.#excluded = [...nodes.excluded].map((character) => character.codePointAt(0) ?? 0)
    this.#borders = bordersOf(this.#excluded)
  }

  /** How much of the excluded text a text ends with after one more character. */
  excludedAfter(matched: number, codePoint: number): number {
    let length = matched === this.#excluded.length ? (this.#borders[matched] ?? 0) : matched
    while (length > 0 && this.#excluded[length] !== codePoint) length = this.#borders[length] ?? 0
    return this.#excluded[length] === codePoint ? length + 1 : 0
  }

  /** Whether as much as that is all of the excluded text. */
  isExcluded(matched: number): boolean {
    return matched > 0 && matched === this.#excluded.length
  }

  /** The same number for all code points that the grammar does not distinguish. */
  symbolOf(codePoint: number): number {
    return codePoint < ASCII ? (this.#asciiSymbols[codePoint] ?? 0) : this.#findSymbol(codePoint)
  }

  /** Whether a node accepts any code point of a range. */
  acceptsAnyOf(node: number, first: number, last: number): boolean {
    return holdsAnyOf(this.setOf(node), first, last)
  }

  /** The characters that a node accepts. */
  setOf(node: number): CharacterSet {
    return this.nodes.sets[this.nodes.firsts[node] ?? 0] ?? []
  }

  #findSymbol(codePoint: number): number {
    let [low, high] = [0, this.#symbolStarts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#symbolStarts[middle] ?? 0) <= codePoint) low = middle + 1
      else high = middle
    }
    return low
  }
}

function bordersOf(text: readonly number[]): number[] {
  const borders = [0, 0]
  for (let length = 2; length <= text.length; length++) {
    let border = borders[length - 1] ?? 0
    while (border > 0 && text[border] !== text[length - 1]) border = borders[border] ?? 0
    borders.push(text[border] === text[length - 1] ? border + 1 : 0)
  }
  return borders
}

function symbolStartsOf(sets: readonly CharacterSet[]): Int32Array {
  const starts = new Set<number>()
  for (const set of sets) {
    for (let at = 0; at < set.length; at += 2) {
      starts.add(set[at] ?? 0)
      starts.add((set[at + 1] ?? 0) + 1)
    }
  }
  return Int32Array.from(starts).sort()
}

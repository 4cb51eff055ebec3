import { type CharacterSet, holdsAnyOf } from './character-set.ts'

/** A node consumes a character, branches, calls a rule, or ends one. */
export const NODE = { characters: 0, split: 1, call: 2, end: 3 } as const
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
}

/** A compiled grammar. */
export class GrammarProgram {
  readonly nodes: ProgramNodes
  readonly size: number
  /** The first code point of each range that no set divides. */
  readonly #symbolStarts: Int32Array
  readonly #asciiSymbols: Int32Array

  constructor(nodes: ProgramNodes) {
    this.nodes = nodes
    this.size = nodes.kinds.length
    this.#symbolStarts = symbolStartsOf(nodes.sets)
    this.#asciiSymbols = Int32Array.from({ length: ASCII }, (_, codePoint) => this.#findSymbol(codePoint))
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

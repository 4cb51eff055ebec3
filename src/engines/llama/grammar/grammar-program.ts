import { type CharacterSet, holdsAnyOf } from './character-set.ts'

/** What a node does: it takes a character, goes several ways, goes through a rule, or ends one. */
export const NODE = { characters: 0, split: 1, call: 2, end: 3 } as const
/** The node where every rule ends. */
export const END_NODE = 0

const ASCII = 128

/** The rules of a grammar as nodes, by their numbers, each with what comes behind it. */
export interface ProgramNodes {
  readonly kinds: ArrayLike<number>
  /** Of a node: its set of characters, where its ways begin, or its rule. */
  readonly firsts: ArrayLike<number>
  /** Of a node: what comes behind it, or where its ways end. */
  readonly seconds: ArrayLike<number>
  /** Where nodes that split go to, those of one node side by side. */
  readonly ways: ArrayLike<number>
  /** The first nodes of rules; the first rule is the whole grammar. */
  readonly ruleStarts: ArrayLike<number>
  readonly sets: readonly CharacterSet[]
}

/** A grammar that can be followed. */
export class GrammarProgram {
  readonly nodes: ProgramNodes
  readonly size: number
  /** Where the code points begin that all sets treat alike. */
  readonly #symbolStarts: Int32Array
  readonly #asciiSymbols: Int32Array

  constructor(nodes: ProgramNodes) {
    this.nodes = nodes
    this.size = nodes.kinds.length
    this.#symbolStarts = symbolStartsOf(nodes.sets)
    this.#asciiSymbols = Int32Array.from({ length: ASCII }, (_, codePoint) => this.#findSymbol(codePoint))
  }

  /** A number that is the same for code points which the grammar does not tell apart. */
  symbolOf(codePoint: number): number {
    return codePoint < ASCII ? (this.#asciiSymbols[codePoint] ?? 0) : this.#findSymbol(codePoint)
  }

  /** Whether a node takes any code point from one to another. */
  takesAnyOf(node: number, first: number, last: number): boolean {
    return holdsAnyOf(this.setOf(node), first, last)
  }

  /** The characters that a node takes. */
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

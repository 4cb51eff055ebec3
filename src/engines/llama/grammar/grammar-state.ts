import type { CharacterSet } from './character-set.ts'

/** Call stacks as linked, numbered entries: a return node and the outer stack. Positions with equal stacks share them. */
export class CallStacks {
  /** The empty stack: the grammar ends after it. */
  static readonly BOTTOM = 0

  readonly #returns: number[] = [0]
  readonly #outer: number[] = [0]
  /** Whether a call, or one that it is in, must not contain the excluded text. */
  readonly #excludes: boolean[] = [false]
  readonly #known = new Map<number, number>()
  readonly #nodeCount: number

  constructor(nodeCount: number) {
    this.#nodeCount = nodeCount
  }

  get size(): number {
    return this.#returns.length
  }

  push(stack: number, returnNode: number, excludes = false): number {
    const key = (stack * this.#nodeCount + returnNode) * 2 + (excludes ? 1 : 0)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.size)
    this.#returns.push(returnNode)
    this.#excludes.push(excludes || (this.#excludes[stack] ?? false))
    return this.#outer.push(stack) - 1
  }

  excludes(stack: number): boolean {
    return this.#excludes[stack] ?? false
  }

  returnNodeOf(stack: number): number {
    return this.#returns[stack] ?? 0
  }

  outerOf(stack: number): number {
    return this.#outer[stack] ?? 0
  }
}

/** All positions of a grammar that a text may have reached. */
export interface GrammarState {
  /** Nodes that consume a character, each with its call stack: `stack * nodes + node`. Sorted and unique. */
  readonly positions: Float64Array
  readonly stacks: CallStacks
  /** How much of the excluded text it ends with. */
  readonly matched: number
  /** Whether the text may end here. */
  readonly isComplete: boolean
  /** All characters that may come next; null until they are needed. */
  characters: CharacterSet | null
  /** Cached transitions by symbol; null where the grammar rejects it. */
  readonly next: Map<number, GrammarState | null>
}

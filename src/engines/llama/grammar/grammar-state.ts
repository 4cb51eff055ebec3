import type { CharacterSet } from './character-set.ts'

/**
 * The calls that places are in, each by a number: where it goes on, and in which call that is. A chain of calls is there
 * once, however many places are in it.
 */
export class CallStacks {
  /** The bottom: behind it the grammar ends. */
  static readonly BOTTOM = 0

  readonly #returns: number[] = [0]
  readonly #outer: number[] = [0]
  readonly #known = new Map<number, number>()
  readonly #nodeCount: number

  constructor(nodeCount: number) {
    this.#nodeCount = nodeCount
  }

  get size(): number {
    return this.#returns.length
  }

  push(stack: number, returnNode: number): number {
    const key = stack * this.#nodeCount + returnNode
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.size)
    this.#returns.push(returnNode)
    return this.#outer.push(stack) - 1
  }

  returnNodeOf(stack: number): number {
    return this.#returns[stack] ?? 0
  }

  outerOf(stack: number): number {
    return this.#outer[stack] ?? 0
  }
}

/** Where a text may be in a grammar, once something of it is read. */
export interface GrammarState {
  /** Nodes that take a character, each with its calls: `stack * nodes + node`. In order, each once. */
  readonly places: Float64Array
  readonly stacks: CallStacks
  /** Whether the text may end here. */
  readonly isComplete: boolean
  /** All characters that may come; null until somebody asks. */
  characters: CharacterSet | null
  /** What was found out before: what comes behind a symbol; null if it must not come. */
  readonly next: Map<number, GrammarState | null>
}

import { type CharacterSet, holdsAnyOf, union } from './character-set.ts'
import { type GrammarBudget, GrammarLimitError, MAX_POSITIONS } from './grammar-budget.ts'
import { END_NODE, type GrammarProgram, NODE } from './grammar-program.ts'
import { CallStacks, type GrammarState } from './grammar-state.ts'

/** Most positions, calls and transitions that are cached; about 100 bytes each. */
const MAX_REMEMBERED = 50_000
const REMEMBERED_OF_A_STATE = 8

/**
 * Matches texts against a grammar. A state is the set of all positions that a text may have reached; states and
 * transitions are computed when they are needed, cached up to a limit, and shared by all texts.
 */
export class GrammarAutomaton {
  readonly #program: GrammarProgram
  #stacks: CallStacks
  /** By a hash of their positions. */
  #states = new Map<number, GrammarState[]>()
  #remembered = 0
  #start: GrammarState | null = null

  constructor(program: GrammarProgram) {
    this.#program = program
    this.#stacks = new CallStacks(program.size)
  }

  /** Its approximate memory, in nodes and cached items. */
  get weight(): number {
    return this.#program.size + this.#remembered + this.#stacks.size
  }

  /** @throws GrammarLimitError as `next` */
  start(budget: GrammarBudget): GrammarState {
    if (this.#start?.stacks === this.#stacks) return this.#start
    this.#start = this.#closure([this.#program.nodes.ruleStarts[0] ?? END_NODE], 0, budget)
    return this.#start
  }

  /**
   * The state after one more character; null if the grammar rejects it.
   *
   * @throws GrammarLimitError for too many positions, and for too many steps
   */
  next(state: GrammarState, codePoint: number, budget: GrammarBudget): GrammarState | null {
    const symbol = this.#program.symbolOf(codePoint)
    const known = state.next.get(symbol)
    if (known !== undefined) return known
    const next = this.#findNext(this.#keptState(state, budget), codePoint, budget)
    state.next.set(symbol, next)
    this.#remembered++
    return next
  }

  /** Whether any character of a range may come next. */
  allowsAnyOf(state: GrammarState, first: number, last: number, budget: GrammarBudget): boolean {
    state.characters ??= this.#charactersOf(state, budget)
    return holdsAnyOf(state.characters, first, last)
  }

  /** A few characters that may come next. */
  someCharacters({ positions }: GrammarState, max: number): ReadonlySet<number> {
    const found = new Set<number>()
    for (const position of positions) {
      if (found.size >= max) break
      const [codePoint] = this.#program.setOf(position % this.#program.size)
      if (codePoint !== undefined) found.add(codePoint)
    }
    return found
  }

  #charactersOf({ positions }: GrammarState, budget: GrammarBudget): CharacterSet {
    const { size } = this.#program
    const sets = new Set(Array.from(positions, (position) => this.#program.setOf(position % size)))
    budget.spend(positions.length)
    for (const set of sets) budget.spend(set.length)
    const characters = union([...sets])
    this.#remembered += characters.length
    return characters
  }

  #findNext(
    { positions, matched }: GrammarState,
    codePoint: number,
    budget: GrammarBudget,
  ): GrammarState | null {
    const { size, nodes } = this.#program
    budget.spend(positions.length)
    const nowMatched = this.#program.excludedAfter(matched, codePoint)
    const isExcluded = this.#program.isExcluded(nowMatched)
    const nextPositions: number[] = []
    for (const position of positions) {
      const node = position % size
      if (!this.#program.acceptsAnyOf(node, codePoint, codePoint)) continue
      if (isExcluded && this.#stacks.excludes((position - node) / size)) continue
      nextPositions.push(position - node + (nodes.seconds[node] ?? 0))
    }
    return nextPositions.length === 0 ? null : this.#closure(nextPositions, nowMatched, budget)
  }

  /** The state of some positions, after all transitions that consume no character. */
  #closure(from: number[], matched: number, budget: GrammarBudget): GrammarState {
    const { size, nodes } = this.#program
    const seen = new Set<number>()
    const positions: number[] = []
    const waiting = from
    let isComplete = false
    for (let position = waiting.pop(); position !== undefined; position = waiting.pop()) {
      budget.spend(1)
      if (seen.has(position)) continue
      seen.add(position)
      if (seen.size > MAX_POSITIONS) throw new GrammarLimitError()
      const node = position % size
      const stack = (position - node) / size
      const [first, second] = [nodes.firsts[node] ?? 0, nodes.seconds[node] ?? 0]
      switch (nodes.kinds[node]) {
        case NODE.characters:
          positions.push(position)
          break
        case NODE.split:
          for (let branch = first; branch < second; branch++)
            waiting.push(position - node + (nodes.branches[branch] ?? 0))
          break
        case NODE.call:
          waiting.push(this.#called(stack, second) * size + (nodes.ruleStarts[first] ?? 0))
          break
        case NODE.callWithout:
          waiting.push(this.#stacks.push(stack, second, true) * size + (nodes.ruleStarts[first] ?? 0))
          break
        default:
          if (stack === CallStacks.BOTTOM) isComplete = true
          else waiting.push(this.#stacks.outerOf(stack) * size + this.#stacks.returnNodeOf(stack))
      }
    }
    return this.#remember(positions, matched, isComplete)
  }

  /** The call stack inside a rule. A call at the end of a rule needs no entry. */
  #called(stack: number, returnNode: number): number {
    return returnNode === END_NODE ? stack : this.#stacks.push(stack, returnNode)
  }

  #remember(found: readonly number[], matched: number, isComplete: boolean): GrammarState {
    const positions = Float64Array.from(found).sort()
    const hash = hashOf(positions)
    const alike = this.#states.get(hash) ?? []
    const known = alike.find(
      (state) =>
        state.isComplete === isComplete && state.matched === matched && areEqual(state.positions, positions),
    )
    if (known !== undefined) return known
    const state: GrammarState = {
      positions,
      stacks: this.#stacks,
      matched,
      isComplete,
      characters: null,
      next: new Map(),
    }
    alike.push(state)
    this.#states.set(hash, alike)
    this.#remembered += positions.length + REMEMBERED_OF_A_STATE
    return state
  }

  /** The same state in the current cache. A full cache is emptied of all other states. */
  #keptState(state: GrammarState, budget: GrammarBudget): GrammarState {
    const isFull = this.#remembered + this.#stacks.size > MAX_REMEMBERED
    if (state.stacks === this.#stacks && !isFull) return state
    if (isFull) {
      this.#stacks = new CallStacks(this.#program.size)
      this.#states = new Map()
      this.#remembered = 0
    }
    const { size } = this.#program
    const copies = new Map<number, number>([[CallStacks.BOTTOM, CallStacks.BOTTOM]])
    const positions = Array.from(state.positions, (position) => {
      const node = position % size
      return this.#copyStack((position - node) / size, state.stacks, copies, budget) * size + node
    })
    if (this.#stacks.size > MAX_REMEMBERED / 2) throw new GrammarLimitError()
    return this.#remember(positions, state.matched, state.isComplete)
  }

  #copyStack(stack: number, from: CallStacks, copies: Map<number, number>, budget: GrammarBudget): number {
    const calls: number[] = []
    let outer = stack
    for (; !copies.has(outer); outer = from.outerOf(outer)) calls.push(outer)
    budget.spend(calls.length)
    let found = copies.get(outer) ?? CallStacks.BOTTOM
    for (const call of calls.reverse()) {
      found = this.#stacks.push(found, from.returnNodeOf(call), from.excludes(call))
      copies.set(call, found)
    }
    return found
  }
}

function hashOf(positions: Float64Array): number {
  let hash = positions.length
  for (const position of positions)
    hash = Math.imul(hash ^ position ^ (position / 2 ** 32), 0x9e3779b1) ^ (hash >>> 15)
  return hash
}

function areEqual(some: Float64Array, others: Float64Array): boolean {
  return some.length === others.length && some.every((position, index) => position === others[index])
}

import { type CharacterSet, holdsAnyOf, union } from './character-set.ts'
import { type GrammarBudget, GrammarLimitError, MAX_REACHABLE_PLACES } from './grammar-budget.ts'
import { END_NODE, type GrammarProgram, NODE } from './grammar-program.ts'
import { CallStacks, type GrammarState } from './grammar-state.ts'

/** Most places, calls and steps from state to state that are remembered; about 100 bytes each. */
const MAX_REMEMBERED = 50_000
const REMEMBERED_OF_A_STATE = 8

/**
 * Follows a grammar through texts. Wherever a text may be at once is one state; states and the steps between them are
 * found out as they are needed, remembered up to a limit, and shared by all texts.
 */
export class GrammarAutomaton {
  readonly #program: GrammarProgram
  #stacks: CallStacks
  /** By a hash of their places. */
  #states = new Map<number, GrammarState[]>()
  #remembered = 0
  #start: GrammarState | null = null

  constructor(program: GrammarProgram) {
    this.#program = program
    this.#stacks = new CallStacks(program.size)
  }

  /** About how much memory it takes, in nodes and what is remembered. */
  get weight(): number {
    return this.#program.size + this.#remembered + this.#stacks.size
  }

  /** @throws GrammarLimitError as `next` */
  start(work: GrammarBudget): GrammarState {
    if (this.#start?.stacks === this.#stacks) return this.#start
    this.#start = this.#settled([this.#program.nodes.ruleStarts[0] ?? END_NODE], work)
    return this.#start
  }

  /**
   * Where a text is behind one more character; null if that must not come.
   *
   * @throws GrammarLimitError for too many places at once, and for too much work
   */
  next(state: GrammarState, codePoint: number, work: GrammarBudget): GrammarState | null {
    const symbol = this.#program.symbolOf(codePoint)
    const known = state.next.get(symbol)
    if (known !== undefined) return known
    const next = this.#findNext(this.#adopted(state, work), codePoint, work)
    state.next.set(symbol, next)
    this.#remembered++
    return next
  }

  /** Whether any character from one to another may come. */
  allowsAnyOf(state: GrammarState, first: number, last: number, work: GrammarBudget): boolean {
    state.characters ??= this.#charactersOf(state, work)
    return holdsAnyOf(state.characters, first, last)
  }

  /** A few different characters that may come. */
  someCharacters({ places }: GrammarState, max: number): ReadonlySet<number> {
    const found = new Set<number>()
    for (const place of places) {
      if (found.size >= max) break
      const [codePoint] = this.#program.setOf(place % this.#program.size)
      if (codePoint !== undefined) found.add(codePoint)
    }
    return found
  }

  #charactersOf({ places }: GrammarState, work: GrammarBudget): CharacterSet {
    const { size } = this.#program
    const sets = new Set(Array.from(places, (place) => this.#program.setOf(place % size)))
    work.spend(places.length)
    for (const set of sets) work.spend(set.length)
    const characters = union([...sets])
    this.#remembered += characters.length
    return characters
  }

  #findNext({ places }: GrammarState, codePoint: number, work: GrammarBudget): GrammarState | null {
    const { size, nodes } = this.#program
    work.spend(places.length)
    const behind: number[] = []
    for (const place of places) {
      const node = place % size
      if (this.#program.takesAnyOf(node, codePoint, codePoint))
        behind.push(place - node + (nodes.seconds[node] ?? 0))
    }
    return behind.length === 0 ? null : this.#settled(behind, work)
  }

  /** The state of some places, once everything is gone through that takes no character. */
  #settled(from: number[], work: GrammarBudget): GrammarState {
    const { size, nodes } = this.#program
    const seen = new Set<number>()
    const places: number[] = []
    const waiting = from
    let isComplete = false
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      work.spend(1)
      if (seen.has(place)) continue
      seen.add(place)
      if (seen.size > MAX_REACHABLE_PLACES) throw new GrammarLimitError()
      const node = place % size
      const stack = (place - node) / size
      const [first, second] = [nodes.firsts[node] ?? 0, nodes.seconds[node] ?? 0]
      switch (nodes.kinds[node]) {
        case NODE.characters:
          places.push(place)
          break
        case NODE.split:
          for (let way = first; way < second; way++) waiting.push(place - node + (nodes.ways[way] ?? 0))
          break
        case NODE.call:
          waiting.push(this.#called(stack, second) * size + (nodes.ruleStarts[first] ?? 0))
          break
        default:
          if (stack === CallStacks.BOTTOM) isComplete = true
          else waiting.push(this.#stacks.outerOf(stack) * size + this.#stacks.returnNodeOf(stack))
      }
    }
    return this.#remember(places, isComplete)
  }

  /** The calls inside a rule. What ends where the rule does needs none of its own. */
  #called(stack: number, returnNode: number): number {
    return returnNode === END_NODE ? stack : this.#stacks.push(stack, returnNode)
  }

  #remember(found: readonly number[], isComplete: boolean): GrammarState {
    const places = Float64Array.from(found).sort()
    const hash = hashOf(places)
    const alike = this.#states.get(hash) ?? []
    const known = alike.find((state) => state.isComplete === isComplete && areEqual(state.places, places))
    if (known !== undefined) return known
    const state: GrammarState = {
      places,
      stacks: this.#stacks,
      isComplete,
      characters: null,
      next: new Map(),
    }
    alike.push(state)
    this.#states.set(hash, alike)
    this.#remembered += places.length + REMEMBERED_OF_A_STATE
    return state
  }

  /** The same state among those that are remembered. Where there are too many, all but this one are forgotten. */
  #adopted(state: GrammarState, work: GrammarBudget): GrammarState {
    const isFull = this.#remembered + this.#stacks.size > MAX_REMEMBERED
    if (state.stacks === this.#stacks && !isFull) return state
    if (isFull) {
      this.#stacks = new CallStacks(this.#program.size)
      this.#states = new Map()
      this.#remembered = 0
    }
    const { size } = this.#program
    const moved = new Map<number, number>([[CallStacks.BOTTOM, CallStacks.BOTTOM]])
    const places = Array.from(state.places, (place) => {
      const node = place % size
      return this.#moved((place - node) / size, state.stacks, moved, work) * size + node
    })
    if (this.#stacks.size > MAX_REMEMBERED / 2) throw new GrammarLimitError()
    return this.#remember(places, state.isComplete)
  }

  #moved(stack: number, from: CallStacks, moved: Map<number, number>, work: GrammarBudget): number {
    const calls: number[] = []
    let outer = stack
    for (; !moved.has(outer); outer = from.outerOf(outer)) calls.push(outer)
    work.spend(calls.length)
    let found = moved.get(outer) ?? CallStacks.BOTTOM
    for (const call of calls.reverse()) {
      found = this.#stacks.push(found, from.returnNodeOf(call))
      moved.set(call, found)
    }
    return found
  }
}

function hashOf(places: Float64Array): number {
  let hash = places.length
  for (const place of places) hash = Math.imul(hash ^ place ^ (place / 2 ** 32), 0x9e3779b1) ^ (hash >>> 15)
  return hash
}

function areEqual(some: Float64Array, others: Float64Array): boolean {
  return some.length === others.length && some.every((place, index) => place === others[index])
}

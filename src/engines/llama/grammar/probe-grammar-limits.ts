import type { GrammarAutomaton } from './grammar-automaton.ts'
import { GrammarBudget, GrammarLimitError } from './grammar-budget.ts'
import type { GrammarState } from './grammar-state.ts'

/** A few milliseconds. */
const MAX_STEPS = 150_000
const MAX_STATES = 64
const MAX_CHARACTERS_PER_STATE = 16

/**
 * Searches for texts that reach too many positions of a grammar at once, from the widest states first. A reply that
 * reaches a state that this search missed fails.
 *
 * @throws GrammarLimitError when there is such a text
 */
export function probeGrammarLimits(automaton: GrammarAutomaton): void {
  const budget = new GrammarBudget(MAX_STEPS)
  try {
    explore(automaton, budget)
  } catch (error) {
    // The search ran out of steps and found nothing.
    if (error instanceof GrammarLimitError && budget.isExhausted) return
    throw error
  }
}

function explore(automaton: GrammarAutomaton, budget: GrammarBudget): void {
  const start = automaton.start(budget)
  const seen = new Set([start])
  const waiting = [start]
  for (let count = 0; count < MAX_STATES; count++) {
    const widest = waiting.reduce<GrammarState | undefined>(
      (best, state) => (best === undefined || state.positions.length > best.positions.length ? state : best),
      undefined,
    )
    if (widest === undefined) return
    waiting.splice(waiting.indexOf(widest), 1)
    for (const codePoint of automaton.someCharacters(widest, MAX_CHARACTERS_PER_STATE)) {
      const next = automaton.next(widest, codePoint, budget)
      if (next === null || seen.has(next)) continue
      seen.add(next)
      waiting.push(next)
    }
  }
}

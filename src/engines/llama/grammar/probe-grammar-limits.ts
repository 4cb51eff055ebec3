import type { GrammarAutomaton } from './grammar-automaton.ts'
import { GrammarBudget, GrammarLimitError } from './grammar-budget.ts'
import type { GrammarState } from './grammar-state.ts'

/** What may be spent on it: a few milliseconds. */
const MAX_STEPS = 150_000
const MAX_STATES = 64
/** From each state so many characters are tried. */
const MAX_CHARACTERS = 16

/**
 * Looks ahead for texts that may be at too many places of a grammar at once, always on from where they are at most
 * places. What it does not find ends the reply that gets there.
 *
 * @throws GrammarLimitError when there is such a text
 */
export function probeGrammarLimits(automaton: GrammarAutomaton): void {
  const work = new GrammarBudget(MAX_STEPS)
  try {
    explore(automaton, work)
  } catch (error) {
    // Out of steps, and nothing was found.
    if (error instanceof GrammarLimitError && work.isSpent) return
    throw error
  }
}

function explore(automaton: GrammarAutomaton, work: GrammarBudget): void {
  const start = automaton.start(work)
  const seen = new Set([start])
  const waiting = [start]
  for (let count = 0; count < MAX_STATES; count++) {
    const widest = waiting.reduce<GrammarState | undefined>(
      (best, state) => (best === undefined || state.places.length > best.places.length ? state : best),
      undefined,
    )
    if (widest === undefined) return
    waiting.splice(waiting.indexOf(widest), 1)
    for (const codePoint of automaton.someCharacters(widest, MAX_CHARACTERS)) {
      const next = automaton.next(widest, codePoint, work)
      if (next === null || seen.has(next)) continue
      seen.add(next)
      waiting.push(next)
    }
  }
}

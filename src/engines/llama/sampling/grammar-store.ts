import type { CacheScope } from '../../../completion/cache-scope.ts'
import { compileGrammar } from '../grammar/compile-grammar.ts'
import { GrammarAutomaton } from '../grammar/grammar-automaton.ts'
import { GrammarLimitError } from '../grammar/grammar-budget.ts'
import { probeGrammarLimits } from '../grammar/probe-grammar-limits.ts'

/** Clients send the same tools and schemas again and again. */
const MAX_KEPT_GRAMMARS = 32
/** The most nodes and cached states of all grammars together: about 50 MB. */
const MAX_KEPT_WEIGHT = 500_000

/** A cache of the most recently used grammars, separate for each scope. */
export class GrammarStore {
  /** From the least to the most recently used; null for a grammar beyond the limits. */
  readonly #kept = new Map<string, GrammarAutomaton | null>()

  /**
   * The grammar of a text; null if it cannot be followed within the limits.
   *
   * @param scope a shared cache would reveal, by the time it saves, that another scope sent the same tools or schema
   */
  get(text: string, scope: CacheScope): GrammarAutomaton | null {
    const key = scope === null ? text : `${scope}\0${text}`
    const known = this.#kept.get(key)
    const automaton = known === undefined ? read(text) : known
    this.#kept.delete(key)
    this.#kept.set(key, automaton)
    this.#evict()
    return automaton
  }

  #evict(): void {
    let weight = 0
    for (const [text, automaton] of [...this.#kept].reverse()) {
      weight += text.length / 8 + (automaton?.weight ?? 0)
    }
    for (const [text, automaton] of this.#kept) {
      if (this.#kept.size <= 1) return
      if (this.#kept.size <= MAX_KEPT_GRAMMARS && weight <= MAX_KEPT_WEIGHT) return
      weight -= text.length / 8 + (automaton?.weight ?? 0)
      this.#kept.delete(text)
    }
  }
}

function read(text: string): GrammarAutomaton | null {
  const program = compileGrammar(text)
  if (program === null) return null
  const automaton = new GrammarAutomaton(program)
  try {
    probeGrammarLimits(automaton)
    return automaton
  } catch (error) {
    if (error instanceof GrammarLimitError) return null
    throw error
  }
}

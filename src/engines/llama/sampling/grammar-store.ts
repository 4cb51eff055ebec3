import type { CacheScope } from '../../../completion/cache-scope.ts'
import { compileGrammar } from '../grammar/compile-grammar.ts'
import { GrammarAutomaton } from '../grammar/grammar-automaton.ts'
import { GrammarLimitError } from '../grammar/grammar-budget.ts'
import { probeGrammarLimits } from '../grammar/probe-grammar-limits.ts'

/** Programs send the same tools and schemas again and again. */
const MAX_KEPT_GRAMMARS = 32
/** Most nodes and remembered things of all that are kept: some 50 MB. */
const MAX_KEPT_WEIGHT = 500_000

/** Grammars that were read before, the most recently used of them; for each scope those that it sent itself. */
export class GrammarStore {
  /** In the order of their last use; null for a text that is no grammar within the limits. */
  readonly #kept = new Map<string, GrammarAutomaton | null>()

  /**
   * The grammar of a text; null where it cannot be followed within the limits.
   *
   * @param scope reading takes time: how much would tell that another scope sent the same tools or schema
   */
  get(text: string, scope: CacheScope): GrammarAutomaton | null {
    const key = scope === null ? text : `${scope}\0${text}`
    const known = this.#kept.get(key)
    const automaton = known === undefined ? read(text) : known
    this.#kept.delete(key)
    this.#kept.set(key, automaton)
    this.#forgetOldest()
    return automaton
  }

  #forgetOldest(): void {
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

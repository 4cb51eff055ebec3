import { compileGrammar } from '../src/engines/llama/grammar/compile-grammar.ts'
import { GrammarAutomaton } from '../src/engines/llama/grammar/grammar-automaton.ts'
import { GrammarBudget } from '../src/engines/llama/grammar/grammar-budget.ts'
import { GrammarRules } from '../src/engines/llama/grammar/grammar-rules.ts'
import type { GrammarState } from '../src/engines/llama/grammar/grammar-state.ts'
import { SchemaError, TOO_COMPLEX } from '../src/engines/llama/grammar/schema-error.ts'
import { SchemaGrammar } from '../src/engines/llama/grammar/schema-grammar.ts'
import { isJsonObject } from '../src/util/json-object.ts'

const PLENTY = 100_000_000

/** @throws SchemaError where the schema is refused */
export function schemaAutomaton(schema: unknown, isStrict: boolean): GrammarAutomaton {
  const rules = new GrammarRules()
  const root = isJsonObject(schema) ? schema : {}
  return grammarAutomaton(rules.text(new SchemaGrammar(rules, root, { isStrict }).valueRule(schema)))
}

export function grammarAutomaton(grammar: string): GrammarAutomaton {
  const program = compileGrammar(grammar)
  if (program === null) throw new SchemaError(TOO_COMPLEX)
  return new GrammarAutomaton(program)
}

/** Whether a grammar accepts a whole text. */
export function accepts(automaton: GrammarAutomaton, text: string): boolean {
  const budget = new GrammarBudget(PLENTY)
  let state: GrammarState | null = automaton.start(budget)
  for (const character of text) {
    state = state && automaton.next(state, character.codePointAt(0) ?? 0, budget)
  }
  return state?.isComplete ?? false
}

/** A text that a grammar accepts, made of characters that a number chooses; null where it takes too many. */
export function someText(automaton: GrammarAutomaton, choose: () => number, maxUnits: number): string | null {
  const budget = new GrammarBudget(PLENTY)
  let state = automaton.start(budget)
  let text = ''
  while (text.length < maxUnits) {
    const next = [...automaton.someCharacters(state, 64)]
    if (state.isComplete && (next.length === 0 || choose() % 4 === 0)) return text
    const codePoint = next[choose() % next.length]
    const after: GrammarState | null =
      codePoint === undefined ? null : automaton.next(state, codePoint, budget)
    if (codePoint === undefined || after === null) return null
    text += String.fromCodePoint(codePoint)
    state = after
  }
  return null
}

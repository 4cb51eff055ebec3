import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileGrammar } from '../src/engines/llama/grammar/compile-grammar.ts'
import { GrammarAutomaton } from '../src/engines/llama/grammar/grammar-automaton.ts'
import { GrammarBudget } from '../src/engines/llama/grammar/grammar-budget.ts'
import type { GrammarState } from '../src/engines/llama/grammar/grammar-state.ts'

/** A grammar, and texts to match. */
export interface GrammarCase {
  readonly grammar: string
  readonly texts: readonly string[]
}

/** SentencePiece vocabularies, such as that of the tests, write a space so: they cannot tell it from one. */
const SPACE_SIGN = '\u2581'
/** A character of no language, which no vocabulary changes. */
const STAND_IN = '\uE000'

/**
 * Whether each text matches its grammar as a whole; null for an invalid grammar.
 *
 * @throws Error where llama.cpp's own matcher disagrees
 */
export function matchGrammars(cases: readonly GrammarCase[]): (readonly boolean[] | null)[] {
  const matched = cases.map(matchGrammar)
  for (const [index, theirs] of matchWithLlama(cases).entries()) {
    if (theirs === null || JSON.stringify(theirs) === JSON.stringify(matched[index])) continue
    throw new Error(`llama.cpp finds ${theirs}, not ${matched[index]}: ${JSON.stringify(cases[index])}`)
  }
  return matched
}

function matchGrammar({ grammar, texts }: GrammarCase): readonly boolean[] | null {
  const program = compileGrammar(grammar)
  if (program === null) return null
  const automaton = new GrammarAutomaton(program)
  return texts.map((text) => {
    const budget = new GrammarBudget(10_000_000)
    let state: GrammarState | null = automaton.start(budget)
    for (const character of text) {
      state = state && automaton.next(state, character.codePointAt(0) ?? 0, budget)
    }
    return state?.isComplete ?? false
  })
}

function matchWithLlama(cases: readonly GrammarCase[]): (readonly boolean[] | null)[] {
  const program = fileURLToPath(new URL('./match-grammars-process.ts', import.meta.url))
  const output = execFileSync(process.execPath, [program], {
    input: JSON.stringify(cases).replaceAll(SPACE_SIGN, STAND_IN),
    stdio: ['pipe', 'pipe', 'ignore'],
    maxBuffer: 2 ** 26,
  })
  return JSON.parse(output.toString('utf8'))
}

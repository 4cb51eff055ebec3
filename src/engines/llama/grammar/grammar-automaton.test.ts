import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileGrammar } from './compile-grammar.ts'
import { GrammarAutomaton } from './grammar-automaton.ts'
import { GrammarBudget, GrammarLimitError, MAX_POSITIONS } from './grammar-budget.ts'
import type { GrammarState } from './grammar-state.ts'
import { patternGrammar } from './pattern-grammar.ts'
import { probeGrammarLimits } from './probe-grammar-limits.ts'

const PLENTY = 100_000_000

function automatonOf(grammar: string): GrammarAutomaton {
  const program = compileGrammar(grammar)
  if (program === null) throw new Error(`no grammar: ${grammar}`)
  return new GrammarAutomaton(program)
}

/** Counts what is spent, without a limit. */
class CountedWork extends GrammarBudget {
  spent = 0

  constructor() {
    super(PLENTY)
  }

  override spend(steps: number): void {
    this.spent += steps
  }
}

function follow(automaton: GrammarAutomaton, text: string, budget: GrammarBudget): GrammarState | null {
  let state: GrammarState | null = automaton.start(budget)
  for (const character of text) state = state && automaton.next(state, character.codePointAt(0) ?? 0, budget)
  return state
}

function fits(grammar: string, text: string): boolean {
  return follow(automatonOf(grammar), text, new CountedWork())?.isComplete ?? false
}

/** Where a text ends, and that no step on the way took more work than it may. */
function endOfSteps(
  automaton: GrammarAutomaton,
  characters: readonly string[],
): GrammarState | null | 'limit' {
  try {
    let state: GrammarState | null = automaton.start(new CountedWork())
    for (const character of characters) {
      const budget = new CountedWork()
      state = state && automaton.next(state, character.charCodeAt(0), budget)
      // One for each place, and one for each way on from there.
      expect(budget.spent).toBeLessThan(40 * MAX_POSITIONS)
      expect(state?.positions.length ?? 0).toBeLessThanOrEqual(MAX_POSITIONS)
    }
    return state
  } catch (error) {
    if (error instanceof GrammarLimitError) return 'limit'
    throw error
  }
}

describe('GrammarAutomaton', () => {
  it.each([
    ['root ::= r\nr ::= "a" r | "a"', 'a'.repeat(100_000), true],
    ['root ::= r\nr ::= "(" r ")" | ""', '('.repeat(500) + ')'.repeat(500), true],
    ['root ::= r\nr ::= "(" r ")" | ""', '('.repeat(500) + ')'.repeat(499), false],
    ['root ::= ( ( "a"* )* | "b"? )*', 'aabba', true],
    ['root ::= ( "ab"{2,3} ){0,2} "c"', 'ababababc', true],
    ['root ::= ( "ab"{2,3} ){0,2} "c"', 'abc', false],
    ['root ::= "a"{0,0} "b"', 'b', true],
    ['root ::= [^a\\U0001F600-\\U0001F64F]+', 'é😿'.slice(0, 1), true],
    ['root ::= [^a\\U0001F600-\\U0001F64F]+', '😀', false],
    ['root ::= "\n" | ( "x"\n "y" )', '\n', true],
  ])('matches %j', (grammar, text, isFitting) => {
    expect(fits(grammar, text)).toBe(isFitting)
  })

  it.each([
    'root ::= x',
    'root ::= ( "a"',
    'root ::= "a',
    'root ::= [a',
    'x',
    'root ::= "a"{3,2}',
    'other ::= "a"',
  ])('refuses %j', (grammar) => {
    expect(compileGrammar(grammar)).toBeNull()
  })

  it('refuses a grammar of too many nodes before it creates them', () => {
    expect(compileGrammar(`root ::= r\nr ::= ${'( "a" | "b" ){0,1000} '.repeat(1000)}`)).toBeNull()
  })

  it.each([
    ['a rule that begins with itself', 'root ::= root "a" | "a"'],
    ['nothing, repeated in what is repeated', `root ::= ${'( '.repeat(12)}"a"{0,32}${' ){0,32}'.repeat(12)}`],
  ])('stops at the most positions at once: %s', (_, grammar) => {
    const budget = new CountedWork()
    expect(() => automatonOf(grammar).start(budget)).toThrow(GrammarLimitError)
    expect(budget.spent).toBeLessThan(4 * MAX_POSITIONS)
    expect(() => probeGrammarLimits(automatonOf(grammar))).toThrow(GrammarLimitError)
  })

  it('detects in advance that a text would reach too many positions', () => {
    const row = (count: number) => `root ::= ${'( "a"{0,32} ){0,32} '.repeat(count)}`
    expect(() => probeGrammarLimits(automatonOf(row(10)))).toThrow(GrammarLimitError)
    expect(() => probeGrammarLimits(automatonOf(row(2)))).not.toThrow()
  })

  it('spends no steps on states that any reply has reached before', () => {
    const automaton = automatonOf(`root ::= ${'( [ab]{0,8} ){0,8} '.repeat(3)}"c"`)
    const [first, second] = [new CountedWork(), new CountedWork()]
    const text = 'abbaabba'.repeat(4)
    expect(follow(automaton, text, first)).toBe(follow(automaton, text, second))
    expect(first.spent).toBeGreaterThan(1000)
    expect(second.spent).toBe(0)
  })

  it('bounds its memory and still matches texts', () => {
    const grammar = 'root ::= r\nr ::= "(" r ")" | "[" r "]" | s\ns ::= ( [a-z]{0,20} " "? ){0,20}'
    const automaton = automatonOf(grammar)
    const brackets = fc.array(fc.constantFrom('(', '['), { minLength: 50, maxLength: 300 })
    for (const opening of fc.sample(brackets, { numRuns: 100, seed: 3 })) {
      const closing = opening.toReversed().map((one) => (one === '(' ? ')' : ']'))
      const text = `${opening.join('')}some words${closing.join('')}`
      expect(follow(automaton, text, new CountedWork())?.isComplete).toBe(true)
      expect(follow(automaton, `${text})`, new CountedWork())).toBeNull()
      expect(automaton.weight).toBeLessThan(120_000)
    }
  })

  it('refuses a text that nests without end', () => {
    const automaton = automatonOf('root ::= r\nr ::= "(" r ")" | ""')
    expect(() => follow(automaton, '('.repeat(200_000), new CountedWork())).toThrow(GrammarLimitError)
    expect(automaton.weight).toBeLessThan(120_000)
  })

  it('stays within the step limit for any pattern and text', () => {
    const atom = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom('a', '[ab]', '.', 'ab'),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{0,32}', '{1,9}', '{3}'))
          .map(([inner, quantifier]) => `(${inner})${quantifier}`),
        fc.array(tie('pattern'), { minLength: 2, maxLength: 5 }).map((parts) => parts.join('')),
        fc.array(tie('pattern'), { minLength: 2, maxLength: 5 }).map((parts) => `(${parts.join('|')})`),
        fc.tuple(tie('pattern'), fc.integer({ min: 2, max: 12 })).map(([part, count]) => part.repeat(count)),
      ),
    })).pattern
    let fitting = 0
    fc.assert(
      fc.property(
        atom,
        fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 }),
        (pattern, characters) => {
          const body = patternGrammar(`^${pattern}$`, 'raw', '[a-z]*')
          const program = body === null ? null : compileGrammar(`root ::= ${body}`)
          if (program === null) return
          const end = endOfSteps(new GrammarAutomaton(program), characters)
          // A regular expression may take longer than anybody waits.
          if (end === 'limit' || pattern.length > 30 || characters.length > 12) return
          expect(end?.isComplete ?? false).toBe(new RegExp(`^(?:${pattern})$`, 's').test(characters.join('')))
          if (end?.isComplete) fitting++
        },
      ),
      { numRuns: 250, seed: 11 },
    )
    expect(fitting).toBeGreaterThan(5)
  })

  it.each([
    [
      'places',
      (size: number) => `root ::= ${'( "a"{0,8} ){0,8} '.repeat(size)}`,
      (): string => 'a'.repeat(8),
    ],
    ['alternatives', (size: number) => `root ::= ${'[a-z]{1,20} | '.repeat(size)} "1"`, () => 'abcdefgh'],
    ['the text', () => 'root ::= ( [ab]* "a" [ab]{5} )*', (size: number) => 'abba'.repeat(size)],
  ])('takes at most twice the steps for twice of %s', (_, grammarOf, textOf) => {
    const steps = (size: number) => {
      const budget = new CountedWork()
      follow(automatonOf(grammarOf(size)), textOf(size), budget)
      return budget.spent
    }
    for (const size of [8, 16]) expect(steps(2 * size)).toBeLessThanOrEqual(2.5 * steps(size))
  })
})

describe('GrammarBudget', () => {
  it('accumulates steps for each token, up to a limit', () => {
    const budget = new GrammarBudget(10)
    expect(() => budget.spend(11)).toThrow(GrammarLimitError)
    expect(budget.isExhausted).toBe(true)
    budget.beginToken()
    expect(() => budget.spend(10_000)).not.toThrow()
    for (let token = 0; token < 1000; token++) budget.beginToken()
    expect(() => budget.spend(2_000_000)).toThrow(GrammarLimitError)
  })
})

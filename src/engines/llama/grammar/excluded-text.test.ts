import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepts, grammarAutomaton } from '../../../../test/schema-matcher.ts'
import { compileGrammar } from './compile-grammar.ts'
import { literal, without } from './grammar-rules.ts'

const END = '</a>'

describe('without', () => {
  it('rejects exactly the texts that contain the excluded text', () => {
    const automaton = grammarAutomaton(
      `root ::= ${literal(END)} ${without('text', END)} ${literal(END)} text\ntext ::= [^!]{0,40}`,
    )
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '/', 'a', '>', 'b', '\n'), maxLength: 24 }),
        (text) => {
          const isAllowed = !text.includes(END)
          // What comes after it may hold anything.
          expect(accepts(automaton, `${END}${text}${END}!`)).toBe(false)
          const whole = `${END}${text}${END}${END}`
          expect(accepts(automaton, whole)).toBe(isAllowed || accepts(automaton, whole.slice(0, -END.length)))
          if (isAllowed) expect(accepts(automaton, `${END}${text}${END}`)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it.each([
    ['<<a', true],
    ['a<a', true],
    ['', true],
    ['<</a>', false],
    ['</</a>b', false],
  ])('sees an excluded text wherever it begins: %s', (text, isAllowed) => {
    const automaton = grammarAutomaton(`root ::= ${without('text', END)} "!"\ntext ::= [^!]*`)
    expect(accepts(automaton, `${text}!`)).toBe(isAllowed)
  })

  it('counts characters beside it', () => {
    const automaton = grammarAutomaton(`root ::= ${without('text', END)} "!"\ntext ::= [^!]{3,4}`)
    const texts = ['<b>', '</b>', '</a>', '<a', '<<<<<']
    expect(texts.filter((text) => accepts(automaton, `${text}!`))).toEqual(['<b>', '</b>'])
  })

  it('is for one text in a grammar', () => {
    expect(compileGrammar(`root ::= ${without('a', 'x')} ${without('a', 'y')}\na ::= "a"`)).toBeNull()
    expect(compileGrammar('root ::= ( a ) - ""\na ::= "a"')).toBeNull()
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileGrammar } from '../grammar/compile-grammar.ts'
import { GrammarAutomaton } from '../grammar/grammar-automaton.ts'
import { TokenTexts } from '../llama-cpp/token-texts.ts'
import { TokenGrammar } from './token-grammar.ts'

const END = 0
/** The end, every byte, and some longer texts; the last is a letter followed by a part of a character. */
const PIECES: readonly Uint8Array[] = [
  Uint8Array.of(),
  ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
  ...['ab', 'é', 'aé', '😀', '中文'].map((text) => new TextEncoder().encode(text)),
  Uint8Array.of(),
  Uint8Array.of(0x61, 0xc3),
]
const TOKENS = {
  texts: new TokenTexts(PIECES.length, (token) => PIECES[token] ?? Uint8Array.of()),
  isEndOfGeneration: (token: number) => token === END,
}
const EMPTY = PIECES.length - 2
const LETTER_AND_HALF = PIECES.length - 1

function grammarOf(text: string): TokenGrammar {
  const program = compileGrammar(text)
  if (program === null) throw new Error('no grammar')
  return new TokenGrammar(new GrammarAutomaton(program), TOKENS)
}

/** The tokens of single bytes. */
const bytesOf = (text: string) => [...new TextEncoder().encode(text)].map((byte) => byte + 1)

describe('TokenGrammar', () => {
  it('accepts a character byte by byte, if it can become one that fits', () => {
    const grammar = grammarOf('root ::= [à-ï]+')
    const [first = 0, second = 0] = bytesOf('é')
    expect(grammar.accept(first)).toBe(true)
    expect(grammar.accept(END)).toBe(false)
    expect(grammar.accept(first)).toBe(false)
    expect(grammar.accept(bytesOf('À')[1] ?? 0)).toBe(false)
    expect(grammar.accept(second)).toBe(true)
    expect(grammar.accept(bytesOf('中')[0] ?? 0)).toBe(false)
    expect(grammar.accept(END)).toBe(true)
  })

  it('accepts a token that ends in the middle of a character', () => {
    const grammar = grammarOf('root ::= "aé"')
    expect(grammar.accept(LETTER_AND_HALF)).toBe(true)
    expect(grammar.accept(1 + 0x61)).toBe(false)
    expect(grammar.accept(bytesOf('é')[1] ?? 0)).toBe(true)
    expect(grammar.accept(END)).toBe(true)
  })

  it('rejects tokens without a text, invalid bytes, and everything after the end', () => {
    const grammar = grammarOf('root ::= [^b]?')
    for (const token of [EMPTY, 1 + 0xff, 1 + 0xc0, 1 + 0x80, 1 + 0x62])
      expect(grammar.accept(token)).toBe(false)
    expect(grammar.accept(1 + 0x61)).toBe(true)
    expect(grammar.accept(1 + 0x61)).toBe(false)
    expect(grammar.accept(END)).toBe(true)
  })

  it('accepts a text however it is split into tokens', () => {
    const token = fc.constantFrom(
      ...PIECES.flatMap((piece, index) => (piece.length > 1 || (piece[0] ?? 200) < 0x80 ? [index] : [])),
      ...bytesOf('é😀中文ab'),
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 6 }), (tokens) => {
        const grammar = grammarOf('root ::= ( [a-b]* [é中文] | "😀" )*')
        const isTaken = [...tokens, END].every((one) => grammar.accept(one))
        const bytes = Uint8Array.from(tokens.flatMap((one) => [...(PIECES[one] ?? [])]))
        const text = new TextDecoder().decode(bytes)
        expect(isTaken).toBe(
          /^(?:[ab]*[é中文]|😀)*$/u.test(text) && !tokens.includes(EMPTY) && !tokens.includes(END),
        )
      }),
      { numRuns: 2000, seed: 2 },
    )
  })
})

import { describe, expect, it } from 'vitest'
import { GrammarStore } from './grammar-store.ts'

describe('GrammarStore', () => {
  it('compiles a grammar once', () => {
    const store = new GrammarStore()
    expect(store.get('root ::= "a"', null)).not.toBeNull()
    expect(store.get('root ::= "a"', null)).toBe(store.get('root ::= "a"', null))
  })

  it('compiles a grammar again for another scope', () => {
    const store = new GrammarStore()
    const [mine, others, all] = ['one', 'another', null].map((scope) => store.get('root ::= "a"', scope))
    expect(new Set([mine, others, all]).size).toBe(3)
    expect(store.get('root ::= "a"', 'one')).toBe(mine)
  })

  it('returns null for a grammar beyond the limits', () => {
    const store = new GrammarStore()
    expect(store.get('root ::= ( "a"', null)).toBeNull()
    expect(store.get(`root ::= ${'( "a"{0,32} ){0,32} '.repeat(10)}`, null)).toBeNull()
  })

  it('evicts the least recently used grammars', () => {
    const store = new GrammarStore()
    const first = store.get('root ::= "first"', null)
    const second = store.get('root ::= "second"', null)
    for (let index = 0; index < 31; index++) {
      store.get(`root ::= "${index}"`, null)
      store.get('root ::= "first"', null)
    }
    expect(store.get('root ::= "first"', null)).toBe(first)
    expect(store.get('root ::= "second"', null)).not.toBe(second)
  })

  it('keeps fewer large grammars', () => {
    const store = new GrammarStore()
    const large = (letter: string) => store.get(`root ::= [${letter}]{0,60000}`, null)
    const first = large('a')
    for (const letter of 'bcdef') large(letter)
    expect(large('a')).not.toBe(first)
  })
})

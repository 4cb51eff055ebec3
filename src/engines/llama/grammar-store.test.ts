import { expect, onTestFinished, test } from 'vitest'
import { GrammarStore, type KeptGrammar } from './grammar-store.ts'

class CountedGrammar implements KeptGrammar<CountedGrammar> {
  static alive = 0

  constructor() {
    CountedGrammar.alive++
  }

  clone(): CountedGrammar {
    return new CountedGrammar()
  }

  free(): void {
    CountedGrammar.alive--
  }
}

/** A store that remembers what was read. */
function openStore() {
  const reads: string[] = []
  const store = new GrammarStore((text) => {
    reads.push(text)
    return text === 'broken' ? null : new CountedGrammar()
  })
  const use = (text: string, scope: string | null = null) => {
    const grammar = store.begin(text, scope)
    grammar?.free()
    return grammar !== null
  }
  onTestFinished(() => {
    store.free()
    expect(CountedGrammar.alive).toBe(0)
  })
  return { use, reads }
}

test('a grammar is read once, until others were used more recently', () => {
  const { use, reads } = openStore()
  for (const text of ['a', 'b', 'a']) expect(use(text)).toBe(true)
  expect(reads).toEqual(['a', 'b'])
  for (let other = 0; other < 31; other++) use(`${other}`)
  use('a')
  use('b')
  expect(reads.filter((text) => text === 'a' || text === 'b')).toEqual(['a', 'b', 'b'])
  expect(CountedGrammar.alive).toBe(32)
})

test('a grammar that cannot be read is none', () => {
  const { use } = openStore()
  expect(use('broken')).toBe(false)
})

test('what another scope sent is read as if nobody had sent it', () => {
  const { use, reads } = openStore()
  for (const scope of ['one', 'another', null, 'one', 'another', null]) use('a', scope)
  expect(reads).toEqual(['a', 'a', 'a'])
})

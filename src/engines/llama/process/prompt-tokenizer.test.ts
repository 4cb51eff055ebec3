import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Vocabulary } from '../llama-cpp/vocabulary.ts'
import type { PromptPart } from '../protocol/engine-command.ts'
import { PromptTokenizer, type TokenizedPrompt } from './prompt-tokenizer.ts'

const WINDOW_TOKENS = 10_000
const START = 1
const SPACE = 32

/** A vocabulary with a token for each character, its code, and none for spaces. */
function setUp() {
  const tokenized: string[] = []
  const tokensOf = (text: string) => {
    tokenized.push(text)
    const units = new Uint16Array(Uint8Array.from(Buffer.from(text, 'utf16le')).buffer)
    return Int32Array.from(units.filter((unit) => unit !== SPACE))
  }
  const vocabulary: Pick<Vocabulary, 'startTokens' | 'tokenize' | 'tokenizeAsync'> = {
    startTokens: Int32Array.of(START),
    tokenize: tokensOf,
    tokenizeAsync: async (text) => {
      await setImmediate()
      return tokensOf(text)
    },
  }
  let wakes = 0
  const tokenizer = new PromptTokenizer(vocabulary as Vocabulary, WINDOW_TOKENS, () => wakes++)
  const order: number[] = []
  const add = (id: number, parts: readonly PromptPart[], countsAll = false) =>
    new Promise<TokenizedPrompt>((resolve) => {
      const done = (prompt: TokenizedPrompt) => {
        order.push(id)
        resolve(prompt)
      }
      tokenizer.add({ id, parts, countsAll, done })
    })
  return { tokenizer, add, order, tokenized, wakes: () => wakes }
}

function part(text: string): PromptPart {
  return { text, parseSpecial: false }
}

describe('PromptTokenizer', () => {
  it('tokenizes a short prompt in tokenizeShort, with the token that begins every prompt', async () => {
    const { tokenizer, add, wakes } = setUp()
    const prompt = add(1, [part('ab'), part('c')])
    expect(tokenizer.hasShort).toBe(true)
    tokenizer.tokenizeShort(0)
    expect(tokenizer.hasShort).toBe(false)
    expect(await prompt).toEqual({ count: 4, tokens: Int32Array.of(START, 97, 98, 99) })
    expect(wakes()).toBe(0)
  })

  it('tokenizes short prompts in their order until the time is over, and at least one', () => {
    const { tokenizer, add, order } = setUp()
    for (const id of [1, 2, 3, 4]) void add(id, [part('a')])
    tokenizer.tokenizeShort(0)
    expect(order).toEqual([1])
    tokenizer.tokenizeShort(60_000)
    expect(order).toEqual([1, 2, 3, 4])
  })

  it('lets no prompt whose grammar takes long to read hold up a step for more than itself', () => {
    const { tokenizer } = setUp()
    const read: number[] = []
    const spin = (id: number) => {
      read.push(id)
      const untilMs = performance.now() + 10
      while (performance.now() < untilMs);
    }
    for (const id of [1, 2, 3])
      tokenizer.add({ id, parts: [part('a')], countsAll: false, done: () => spin(id) })
    tokenizer.tokenizeShort(5)
    expect(read).toEqual([1])
    expect(tokenizer.hasShort).toBe(true)
  })

  it('returns the same tokens for a long prompt, however it is split into parts', async () => {
    const { add, wakes } = setUp()
    const text = 'abcde    '.repeat(10_000)
    const whole = await add(1, [part(text)])
    const parts = Array.from({ length: 3_000 }, (_, index) => part(text.slice(index * 30, index * 30 + 30)))
    const cut = await add(2, parts)
    expect(whole.count).toBe(50_001)
    expect(cut).toEqual(whole)
    expect(wakes()).toBe(2)
  })

  it('makes no prompt wait for a longer one', async () => {
    const { tokenizer, add, order } = setUp()
    const prompts = [
      add(1, [part('a '.repeat(2_000_000))], true),
      add(2, [part('b '.repeat(200_000))], true),
      add(3, [part('c'.repeat(30_000))]),
      add(4, [part('d')]),
    ]
    tokenizer.tokenizeShort(0)
    await Promise.all(prompts)
    expect(order).toEqual([4, 3, 2, 1])
  })

  it('stops counting once a prompt cannot fit, and extrapolates the rest', async () => {
    const { add, tokenized } = setUp()
    const text = 'x'.repeat(3_000_000)
    const { count, tokens } = await add(1, [part(text)])
    expect(tokens).toBeNull()
    expect(Math.abs(count - text.length)).toBeLessThan(text.length / 100)
    expect(tokenized.length).toBe(1)
    expect(await add(2, [part(text)], true)).toEqual({ count: text.length + 1, tokens: null })
  })

  it('tokenizes a long text that fits the window', async () => {
    const { add } = setUp()
    const { count, tokens } = await add(1, [part(`${' '.repeat(400_000)}abc`)])
    expect([count, tokens?.length]).toEqual([4, 4])
  })

  it('stops when a prompt is cancelled', async () => {
    const { tokenizer, add, order, tokenized } = setUp()
    void add(1, [part('a'.repeat(5_000_000))], true)
    void add(2, [part('b')])
    const other = add(3, [part('c'.repeat(1_000_000))], true)
    tokenizer.cancel(1)
    tokenizer.cancel(2)
    tokenizer.tokenizeShort(1_000)
    await other
    expect(order).toEqual([3])
    expect(tokenized.filter((text) => text.startsWith('a')).length).toBeLessThan(2)
  })
})

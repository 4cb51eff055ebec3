import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CacheScope } from '../completion/cache-scope.ts'
import { CompletionError } from '../completion/completion-error.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { Tool } from '../completion/tool.ts'
import type { CacheTtl } from '../completion/turn.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { CacheLedger } from './cache-ledger.ts'
import { type CachingContext, planCaching } from './cache-plan.ts'
import type { Cacheable, CacheableConversation, CacheableTurn } from './cacheable-conversation.ts'
import { promptOf } from './cacheable-conversation.ts'
import type { InputUsage } from './input-usage.ts'

const MODEL = { modelId: 'm', toolChoice: { type: 'auto' } } as const

/** A token for each character of what a model would read. */
async function countTokens({ tools, text }: Prompt): Promise<number> {
  return JSON.stringify(tools).length - 2 + text.length
}

function textBlock(
  text: string,
  cacheTtl: CacheTtl | null = null,
): Cacheable<{ type: 'text'; text: string }> {
  return { block: { type: 'text', text }, cacheTtl }
}

function tool(name: string, cacheTtl: CacheTtl | null = null): Cacheable<Tool> {
  return { block: { name, description: null, inputSchema: {}, isStrict: false }, cacheTtl }
}

function conversation(change: Partial<CacheableConversation>): CacheableConversation {
  return { tools: [], system: [], turns: [], isThinkingEnabled: false, outputSchema: null, ...change }
}

function user(...blocks: Cacheable<{ type: 'text'; text: string }>[]): CacheableTurn {
  return { role: 'user', blocks }
}

function assistant(...blocks: Cacheable<{ type: 'text'; text: string }>[]): CacheableTurn {
  return { role: 'assistant', blocks }
}

function openBook(change: Partial<CachingContext> = {}) {
  let nowMs = 0
  const context: CachingContext = {
    slices: new WorkSlices(),
    ledger: new CacheLedger(() => nowMs),
    scope: 'o',
    minTokens: 1,
    countTokens,
    ...change,
  }
  return {
    /** Charges for one request. */
    async charge(
      asked: CacheableConversation,
      request: Parameters<typeof planCaching>[1] = MODEL,
      scope: CacheScope = 'o',
    ) {
      const plan = await planCaching(asked, request, { ...context, scope })
      return plan.commit(await countTokens(promptOf(asked)))
    },
    wait(ms: number) {
      nowMs += ms
    },
  }
}

function inputUsage(read: number, write5m: number, write1h: number, input: number): InputUsage {
  return {
    cacheReadTokens: read,
    cacheWrite5mTokens: write5m,
    cacheWrite1hTokens: write1h,
    inputTokens: input,
  }
}

const LONG = 'long '.repeat(20)

describe('planCaching', () => {
  it('charges a breakpoint once, then reads it', async () => {
    const book = openBook()
    const ask = (question: string) =>
      conversation({ system: [{ block: LONG, cacheTtl: '5m' }], turns: [user(textBlock(question))] })
    expect(await book.charge(ask('Hi'))).toEqual(inputUsage(0, 100, 0, 23))
    expect(await book.charge(ask('Hi there'))).toEqual(inputUsage(100, 0, 0, 29))
  })

  it('reads what an earlier turn wrote, and writes the rest', async () => {
    const book = openBook()
    const first = [user(textBlock(LONG, '5m'))]
    const one = await book.charge(conversation({ turns: first }))
    expect(one).toEqual(inputUsage(0, one.cacheWrite5mTokens, 0, 0))
    const second = [user(textBlock(LONG)), assistant(textBlock('Yes.')), user(textBlock('Go on.', '5m'))]
    const two = await book.charge(conversation({ turns: second }))
    expect(two.cacheReadTokens).toBe(one.cacheWrite5mTokens)
    expect(two.cacheWrite5mTokens).toBeGreaterThan(0)
    expect(two.inputTokens).toBe(0)
  })

  it('charges an hour and five minutes separately', async () => {
    const book = openBook()
    const asked = conversation({
      tools: [tool('t', '1h')],
      system: [{ block: LONG, cacheTtl: '5m' }],
      turns: [user(textBlock('Hi'))],
    })
    const tools = JSON.stringify([tool('t').block]).length - 2
    expect(await book.charge(asked)).toEqual(inputUsage(0, 100, tools, 23))
    book.wait(300_000)
    expect(await book.charge(asked)).toEqual(inputUsage(tools, 100, 0, 23))
    book.wait(299_999)
    expect(await book.charge(asked)).toEqual(inputUsage(tools + 100, 0, 0, 23))
    book.wait(299_999)
    expect(await book.charge(asked)).toEqual(inputUsage(tools + 100, 0, 0, 23))
    book.wait(3_600_000)
    expect(await book.charge(asked)).toEqual(inputUsage(0, 100, tools, 23))
  })

  it('does not cache short prefixes', async () => {
    const book = openBook({ minTokens: 101 })
    const asked = conversation({
      system: [{ block: LONG, cacheTtl: '5m' }],
      turns: [user(textBlock('Hi'))],
    })
    expect(await book.charge(asked)).toEqual(inputUsage(0, 0, 0, 123))
    expect(await book.charge(asked)).toEqual(inputUsage(0, 0, 0, 123))
    const whole = conversation({ turns: [user(textBlock('Hi', '5m'))] })
    expect((await book.charge(whole)).cacheWrite5mTokens).toBe(0)
  })

  it('looks back twenty blocks and no further', async () => {
    for (const [between, isFound] of [
      [18, true],
      [19, false],
    ] as const) {
      const book = openBook()
      await book.charge(conversation({ turns: [user(textBlock(LONG, '5m'))] }))
      const rest = Array.from({ length: between }, (_, index) => textBlock(`${index}`))
      const asked = conversation({ turns: [user(textBlock(LONG), ...rest, textBlock('end', '5m'))] })
      expect((await book.charge(asked)).cacheReadTokens > 0).toBe(isFound)
    }
  })

  it('does not find prefixes of another scope, model or tool', async () => {
    const book = openBook()
    const asked = conversation({
      tools: [tool('t')],
      system: [{ block: LONG, cacheTtl: '5m' }],
      turns: [user(textBlock(LONG, '5m'))],
    })
    const isRead = async (...[changed, request, scope]: Parameters<typeof book.charge>) =>
      (await book.charge(changed, request, scope)).cacheReadTokens > 0
    await book.charge(asked)
    expect(await isRead(asked, MODEL, 'another')).toBe(false)
    expect(await isRead(asked, MODEL, null)).toBe(false)
    expect(await isRead(asked, { ...MODEL, modelId: 'n' })).toBe(false)
    expect(await isRead({ ...asked, tools: [tool('u')] })).toBe(false)
    expect(await isRead(asked)).toBe(true)
  })

  it('keeps the prefix before the turns when only the turns are read differently', async () => {
    const book = openBook()
    const asked = conversation({
      system: [{ block: LONG, cacheTtl: '5m' }],
      turns: [user(textBlock(LONG, '5m'))],
    })
    await book.charge(asked)
    expect((await book.charge({ ...asked, isThinkingEnabled: true })).cacheReadTokens).toBe(100)
    const forced = await book.charge(asked, { ...MODEL, toolChoice: { type: 'any' } })
    expect(forced.cacheReadTokens).toBe(100)
  })

  it('caches nothing but whole prompts where an engine cannot count', async () => {
    const refuse = () => Promise.reject(new CompletionError('invalid-request', 'cannot count'))
    const book = openBook({ countTokens: refuse })
    const asked = conversation({
      system: [{ block: LONG, cacheTtl: '5m' }],
      turns: [user(textBlock('Hi'))],
    })
    expect(await book.charge(asked)).toEqual(inputUsage(0, 0, 0, 123))
    const whole = await book.charge(conversation({ turns: [user(textBlock(LONG, '5m'))] }))
    expect(whole.cacheWrite5mTokens).toBeGreaterThan(100)
    const broken = openBook({ countTokens: () => Promise.reject(new CompletionError('overloaded', '')) })
    await expect(broken.charge(asked)).rejects.toMatchObject({ code: 'overloaded' })
  })

  it('drops the least recently used prefix', async () => {
    const book = openBook({ ledger: new CacheLedger(() => 0, 2) })
    const ask = (text: string) => conversation({ turns: [user(textBlock(text, '5m'))] })
    for (const text of ['a', 'b', 'a', 'c']) await book.charge(ask(text))
    expect((await book.charge(ask('a'))).cacheReadTokens).toBeGreaterThan(0)
    expect((await book.charge(ask('b'))).cacheReadTokens).toBe(0)
  })
})

const ttl = fc.constantFrom<CacheTtl | null>(null, null, '5m', '1h')
const block = fc.tuple(fc.constantFrom('a', 'bb', LONG), ttl).map(([text, mark]) => textBlock(text, mark))
const turns = fc
  .array(fc.array(block, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((all) => all.map((blocks, index) => (index % 2 === 0 ? user(...blocks) : assistant(...blocks))))
const conversations = fc
  .tuple(fc.array(ttl, { maxLength: 2 }), fc.array(ttl, { maxLength: 2 }), turns)
  .map(([tools, system, textBlock]) =>
    conversation({
      tools: tools.map((mark, index) => tool(`t${index}`, mark)),
      system: system.map((cacheTtl) => ({ block: LONG, cacheTtl })),
      turns: textBlock,
    }),
  )

it('charges shares that are never negative and add up to the prompt, and reads what it wrote', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(conversations, { minLength: 1, maxLength: 5 }), async (asked) => {
      const book = openBook({ minTokens: 30 })
      for (const each of asked) {
        const total = await countTokens(promptOf(each))
        const first = await book.charge(each)
        const again = await book.charge(each)
        for (const all of [first, again]) {
          expect(Object.values(all).every((tokens) => tokens >= 0)).toBe(true)
          expect(Object.values(all).reduce((sum, tokens) => sum + tokens, 0)).toBe(total)
        }
        expect(again.inputTokens).toBe(first.inputTokens)
        expect(again.cacheReadTokens).toBe(total - first.inputTokens)
      }
    }),
    { numRuns: 150 },
  )
})

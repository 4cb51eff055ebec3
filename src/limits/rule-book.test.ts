import { describe, expect, it } from 'vitest'
import { configuredRules } from './configured-rules.ts'
import type { RuleList } from './limit-rule.ts'
import { RuleBook } from './rule-book.ts'
import { LIMITS_SCHEMA } from './settings.ts'

const NAMES = {
  workspaces: new Map([['Research', ['wrkspc_1']]]),
  keys: new Map([
    ['ci', ['apikey_1']],
    ['twin', ['apikey_2', 'apikey_3']],
  ]),
}
const NOTHING: RuleList = { limits: [], spend: [] }
const REQUEST = { workspaceId: 'wrkspc_1', apiKeyId: 'apikey_1', actorId: '', modelId: 'm' }

function bookOf(settings: object, stored = NOTHING): RuleBook {
  const parsed = LIMITS_SCHEMA.parse(settings)
  return new RuleBook(configuredRules(parsed, NAMES), stored, parsed.modelGroups)
}

const amounts = (book: RuleBook, change: Partial<typeof REQUEST> | { apiKeyId: null } = {}) =>
  book
    .rulesFor({ ...REQUEST, ...change })
    .limits.map(({ scope, scopeId, measure, amount }) => [scope, scopeId, measure, amount])

describe('RuleBook', () => {
  it('finds the rules of organization, workspace and key', () => {
    const book = bookOf({
      organization: { requestsPerMinute: 3 },
      workspaces: { Research: { concurrentRequests: 2 }, other: { requestsPerMinute: 9 } },
      keys: { ci: { tokensPerDay: 1 } },
    })
    expect(amounts(book)).toEqual([
      ['organization', '', 'requests', 3],
      ['workspace', 'wrkspc_1', 'concurrency', 2],
      ['key', 'apikey_1', 'dailyTokens', 1],
    ])
    expect(amounts(book, { apiKeyId: null })).toHaveLength(2)
    expect(amounts(book, { workspaceId: 'default', apiKeyId: 'apikey_2' })).toHaveLength(1)
    expect(bookOf({}).isEmpty).toBe(true)
  })

  it('holds a name against every key that bears it', () => {
    const book = bookOf({ keys: { twin: { requestsPerMinute: 5 } } })
    expect(amounts(book, { apiKeyId: 'apikey_2' })).toEqual([['key', 'apikey_2', 'requests', 5]])
    expect(amounts(book, { apiKeyId: 'apikey_3' })).toEqual([['key', 'apikey_3', 'requests', 5]])
    expect(amounts(book)).toEqual([])
  })

  it('holds the rules for each against those that have none of their own', () => {
    const book = bookOf({
      eachKey: { requestsPerMinute: 5, outputTokensPerMinute: 7, usdPerDay: 1 },
      keys: { ci: { requestsPerMinute: 50, usdPerDay: 2.5, usdPerMonth: 10 } },
    })
    expect(amounts(book)).toEqual([
      ['key', 'apikey_1', 'requests', 50],
      ['key', 'apikey_1', 'outputTokens', 7],
    ])
    expect(amounts(book, { apiKeyId: 'apikey_2' })).toEqual([
      ['key', 'apikey_2', 'requests', 5],
      ['key', 'apikey_2', 'outputTokens', 7],
    ])
    expect(book.rulesFor(REQUEST).spend.map(({ period, amount }) => [period, amount])).toEqual([
      ['daily', 2_500_000_000],
      ['monthly', 10_000_000_000],
    ])
  })

  it('holds the rules of a model and of its group against its requests alone', () => {
    const book = bookOf({
      modelGroups: { large: ['m', 'n'] },
      organization: {
        requestsPerMinute: 100,
        models: { large: { requestsPerMinute: 10 }, n: { requestsPerMinute: 1 } },
      },
    })
    const ofModel = (modelId: string) => amounts(book, { modelId }).map(([, , , amount]) => amount)
    expect([ofModel('m'), ofModel('n'), ofModel('o')]).toEqual([[100, 10], [100, 10, 1], [100]])
  })

  it('prefers the configuration to the database', () => {
    const stored: RuleList = {
      limits: [
        { scope: 'key', scopeId: 'apikey_1', modelGroup: 'all', measure: 'requests', amount: 1 },
        { scope: 'key', scopeId: 'apikey_1', modelGroup: 'all', measure: 'tokens', amount: 2 },
      ],
      spend: [
        { scope: 'user', scopeId: 'user_1', period: 'daily', amount: 3 },
        { scope: 'key', scopeId: 'apikey_1', period: 'daily', amount: 4 },
      ],
    }
    const book = bookOf({ keys: { ci: { requestsPerMinute: 9 } } }, stored)
    expect(amounts(book)).toEqual([
      ['key', 'apikey_1', 'requests', 9],
      ['key', 'apikey_1', 'tokens', 2],
    ])
    const spend = (actorId: string) =>
      book.rulesFor({ ...REQUEST, actorId }).spend.map(({ amount }) => amount)
    expect([spend(''), spend('user_1')]).toEqual([[4], [4, 3]])
  })
})

describe('the setting limits', () => {
  it.each([
    ['a limit of nothing', { organization: { requestsPerMinute: 0 } }],
    ['half a request', { organization: { requestsPerMinute: 1.5 } }],
    ['an unknown limit', { organization: { requestsPerHour: 5 } }],
    ['money below nothing', { eachKey: { usdPerDay: -1 } }],
    ['a group without models', { modelGroups: { none: [] } }],
    ['a share of everything', { priority: { workspaces: ['w'], share: 1 } }],
  ])('refuses %s', (_, settings) => {
    expect(LIMITS_SCHEMA.safeParse(settings).success).toBe(false)
  })
})

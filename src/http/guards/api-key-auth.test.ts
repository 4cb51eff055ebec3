import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { apiKeyAuth } from './api-key-auth.ts'

const OWN = { sharedCache: false }

const check = (headers: Record<string, string>, apiKeys = ['one', 'two']) => {
  return () => apiKeyAuth(apiKeys, OWN)(new Headers(headers))
}

describe('apiKeyAuth', () => {
  it.each([
    [{ 'x-api-key': 'one' }],
    [{ 'x-api-key': 'two' }],
    [{ authorization: 'Bearer two' }],
    [{ authorization: 'bearer   one' }],
    [{ 'x-api-key': 'wrong', authorization: 'Bearer one' }],
    [{ 'x-api-key': 'one', authorization: 'Bearer wrong' }],
  ])('accepts %j', (headers) => {
    expect(check(headers)).not.toThrow()
  })

  it.each([
    [{}, 'x-api-key header is required'],
    [{ 'x-api-key': '' }, 'x-api-key header is required'],
    [{ authorization: 'Bearer' }, 'x-api-key header is required'],
    [{ authorization: 'Basic one' }, 'x-api-key header is required'],
    [{ 'x-api-key': 'wrong' }, 'invalid x-api-key'],
    [{ 'x-api-key': 'One' }, 'invalid x-api-key'],
    [{ 'x-api-key': 'wrong', authorization: 'Bearer wrong' }, 'invalid x-api-key'],
    [{ authorization: 'Bearer wrong' }, 'Invalid bearer token'],
    [{ 'x-api-key': 'schl\u00fcssel' }, 'invalid x-api-key'],
    [{ authorization: 'Bearer \u00c3\u00bc' }, 'Invalid bearer token'],
  ])('refuses %j', (headers, message) => {
    expect(check(headers)).toThrow(message)
  })

  it('returns one caller for each key, however it is sent, that does not show the key', () => {
    const caller = (headers: Record<string, string>) => apiKeyAuth(['one', 'two'], OWN)(new Headers(headers))
    const one = caller({ 'x-api-key': 'one' })
    expect(one.cacheScope).toMatch(/^[\w-]{43}$/)
    expect(caller({ authorization: 'Bearer one' })).toEqual(one)
    expect(caller({ 'x-api-key': 'wrong', authorization: 'Bearer one' })).toEqual(one)
    expect(caller({ 'x-api-key': 'one', authorization: 'Bearer two' })).toEqual(one)
    expect(caller({ 'x-api-key': 'two' }).cacheScope).not.toBe(one.cacheScope)
    expect(one.cacheScope).not.toBe(createHash('sha256').update('one').digest('base64url'))
  })

  it('returns one caller for all keys where the cache is shared', () => {
    const caller = (apiKey: string) =>
      apiKeyAuth(['one', 'two'], { sharedCache: true })(new Headers({ 'x-api-key': apiKey }))
    expect(caller('one')).toEqual({ cacheScope: null })
    expect(caller('two')).toEqual(caller('one'))
  })

  it('returns one caller where no keys are configured', () => {
    const caller = (apiKey: string) => apiKeyAuth([], OWN)(new Headers({ 'x-api-key': apiKey }))
    expect(caller('one')).toEqual({ cacheScope: null })
    expect(caller('two')).toEqual(caller('one'))
  })

  it('asks OpenAI’s clients for a bearer token, and for none where none is configured', () => {
    const openAi = (apiKeys: string[]) => apiKeyAuth(apiKeys, { ...OWN, clientStyle: 'openai' })
    expect(() => openAi(['one'])(new Headers())).toThrow(/Authorization: Bearer/)
    expect(() => openAi(['one'])(new Headers({ authorization: 'Bearer two' }))).toThrow(
      'Invalid bearer token',
    )
    for (const headers of [{}, { authorization: 'Bearer' }, { authorization: 'Bearer any' }]) {
      expect(openAi([])(new Headers(headers))).toEqual({ cacheScope: null })
    }
  })

  it('accepts any key where none is configured, but requires one', () => {
    expect(check({ 'x-api-key': 'anything' }, [])).not.toThrow()
    expect(check({}, [])).toThrow('x-api-key header is required')
  })
})

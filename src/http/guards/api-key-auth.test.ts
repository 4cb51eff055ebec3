import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DeclaredKeys } from '../../accounts/declared-keys.ts'
import type { KnownKey, KnownKeys } from '../../accounts/known-keys.ts'
import { ANONYMOUS_CALLER, type Caller } from '../../completion/caller.ts'
import { CompletionError } from '../../completion/completion-error.ts'
import type { ApiError } from '../../wire/api-error.ts'
import type { ApiRequest } from '../api-request.ts'
import type { ClientStyle } from '../client-style.ts'
import { adminGuard } from './admin-guard.ts'
import { apiKeyAuth } from './api-key-auth.ts'

type Headings = Record<string, string>

/** Checks requests at a server without a state. */
function checker(apiKeys: readonly string[], sharedCache = false, clientStyle: ClientStyle = 'claude') {
  const access = apiKeys.length === 0 ? 'open' : 'keys'
  const check = apiKeyAuth({ keys: new DeclaredKeys({ apiKeys, sharedCache }), access }, clientStyle)
  return (headers: Headings) => check(new Headers(headers)) as Caller
}

const check =
  (headers: Headings, apiKeys = ['one', 'two']) =>
  () =>
    checker(apiKeys)(headers)

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
    const caller = checker(['one', 'two'])
    const one = caller({ 'x-api-key': 'one' })
    expect(one.cacheScope).toMatch(/^[\w-]{43}$/)
    expect(caller({ authorization: 'Bearer one' })).toEqual(one)
    expect(caller({ 'x-api-key': 'wrong', authorization: 'Bearer one' })).toEqual(one)
    expect(caller({ 'x-api-key': 'one', authorization: 'Bearer two' })).toEqual(one)
    expect(caller({ 'x-api-key': 'two' }).cacheScope).not.toBe(one.cacheScope)
    expect(one.cacheScope).not.toBe(createHash('sha256').update('one').digest('base64url'))
  })

  it('gives all keys one cache scope where the cache is shared, and distinguishes them', () => {
    const caller = checker(['one', 'two'], true)
    const [one, two] = ['one', 'two'].map((key) => caller({ 'x-api-key': key }))
    expect([one?.cacheScope, two?.cacheScope]).toEqual([null, null])
    expect(one?.apiKeyId).toMatch(/^apikey_01[a-zA-Z1-9]{22}$/)
    expect(two?.apiKeyId).not.toBe(one?.apiKeyId)
  })

  it('returns one caller where no keys are configured', () => {
    const caller = checker([])
    expect(caller({ 'x-api-key': 'one' })).toBe(ANONYMOUS_CALLER)
    expect(caller({ 'x-api-key': 'two' })).toBe(ANONYMOUS_CALLER)
  })

  it('asks OpenAI’s clients for a bearer token, and for none where none is configured', () => {
    const openAi = (apiKeys: string[]) => checker(apiKeys, false, 'openai')
    expect(() => openAi(['one'])({})).toThrow(/Authorization: Bearer/)
    expect(() => openAi(['one'])({ authorization: 'Bearer two' })).toThrow('Invalid bearer token')
    for (const headers of [{}, { authorization: 'Bearer' }, { authorization: 'Bearer any' }]) {
      expect(openAi([])(headers as Headings)).toBe(ANONYMOUS_CALLER)
    }
  })

  it('accepts any key where none is configured, but requires one', () => {
    expect(check({ 'x-api-key': 'anything' }, [])).not.toThrow()
    expect(check({}, [])).toThrow('x-api-key header is required')
  })
})

describe('apiKeyAuth, with keys of a state', () => {
  const caller: Caller = {
    ...ANONYMOUS_CALLER,
    apiKeyId: 'apikey_1',
    keyKind: 'api',
    workspaceId: 'wrkspc_1',
  }
  const key: KnownKey = { kind: 'api', isActive: true, workspaceId: 'wrkspc_1', caller }
  const found: Record<string, KnownKey | null | Promise<KnownKey | null>> = {
    good: key,
    slow: Promise.resolve(key),
    'slow-unknown': Promise.resolve(null),
    revoked: { ...key, isActive: false },
    admin: { ...key, kind: 'admin' },
    everywhere: { ...key, workspaceId: null, caller: { ...caller, actorId: 'user_1' } },
  }
  const keys: KnownKeys = {
    find: (secret) => {
      if (secret === 'uncheckable') throw new CompletionError('overloaded', 'Overloaded')
      return found[secret] ?? null
    },
    workspaceId: (shown) => (/^wrkspc_[1-3]$/.test(shown) ? shown : null),
    isMember: (principalId, workspaceId) => principalId === 'user_1' && workspaceId === 'wrkspc_2',
    shownWorkspaceId: () => null,
  }
  const identify = (headers: Headings, access: 'open' | 'keys' = 'keys') =>
    apiKeyAuth({ keys, access })(new Headers(headers))

  it('waits only for a key that has to be looked up', async () => {
    expect(identify({ 'x-api-key': 'good' })).toBe(caller)
    expect(await identify({ 'x-api-key': 'slow' })).toBe(caller)
    expect(await identify({ 'x-api-key': 'slow-unknown', authorization: 'Bearer good' })).toBe(caller)
    await expect(identify({ 'x-api-key': 'slow-unknown' })).rejects.toThrow('invalid x-api-key')
  })

  it.each(['revoked', 'admin'])('refuses a key that is %s, on an open server too', (secret) => {
    for (const access of ['open', 'keys'] as const) {
      expect(() => identify({ 'x-api-key': secret }, access)).toThrow('invalid x-api-key')
    }
  })

  it('distinguishes known keys from others on an open server', () => {
    expect(identify({ 'x-api-key': 'good' }, 'open')).toBe(caller)
    expect(identify({ 'x-api-key': 'unknown', authorization: 'Bearer good' }, 'open')).toBe(caller)
    expect(identify({ 'x-api-key': 'unknown' }, 'open')).toBe(ANONYMOUS_CALLER)
  })

  it('notes whose key it is that it refuses, for the log', async () => {
    const refusalOf = async (check: () => Caller | Promise<Caller>) => {
      try {
        await check()
      } catch (error) {
        return (error as ApiError).caller?.apiKeyId ?? null
      }
      throw new Error('It was accepted.')
    }
    const isOf = (secret: string, headers: Headings = {}) =>
      refusalOf(() => identify({ 'x-api-key': secret, ...headers }))
    expect(await isOf('revoked')).toBe('apikey_1')
    expect(await isOf('admin')).toBe('apikey_1')
    expect(await isOf('unknown', { authorization: 'Bearer revoked' })).toBe('apikey_1')
    expect(await isOf('good', { 'anthropic-workspace-id': 'wrkspc_2' })).toBe('apikey_1')
    expect(await isOf('everywhere')).toBe('apikey_1')
    expect(await isOf('slow-unknown')).toBeNull()
    expect(await isOf('unknown')).toBeNull()
    const admin = adminGuard({ keys, access: 'keys', rules: { allowBrowsers: false } }, 'read:members')
    const asAdmin = (secret: string) => {
      const headers = new Headers({ 'x-api-key': secret })
      return refusalOf(() => admin({ headers } as unknown as ApiRequest))
    }
    expect([await asAdmin('good'), await asAdmin('slow')]).toEqual(['apikey_1', 'apikey_1'])
    expect([await asAdmin('revoked'), await asAdmin('unknown')]).toEqual(['apikey_1', null])
  })

  it('does not call a key wrong that cannot be checked', () => {
    expect(() => identify({ 'x-api-key': 'uncheckable' })).toThrow(CompletionError)
  })

  it('checks the workspace that a request names', () => {
    const inWorkspace = (secret: string, id: string) =>
      identify({ 'x-api-key': secret, 'anthropic-workspace-id': id })
    expect(inWorkspace('good', 'wrkspc_1')).toBe(caller)
    expect(() => inWorkspace('good', 'wrkspc_2')).toThrow(/cannot be used in the workspace wrkspc_2/)
    expect(() => inWorkspace('good', 'wrkspc_4')).toThrow(/cannot be used in the workspace wrkspc_4/)
    expect(inWorkspace('everywhere', 'wrkspc_2')).toEqual({
      ...caller,
      actorId: 'user_1',
      workspaceId: 'wrkspc_2',
    })
    expect(() => inWorkspace('everywhere', 'wrkspc_4')).toThrow(/cannot be used/)
    expect(() => inWorkspace('everywhere', 'wrkspc_3')).toThrow(/cannot be used/)
    expect(() => identify({ 'x-api-key': 'everywhere' })).toThrow(/must include the anthropic-workspace-id/)
  })
})

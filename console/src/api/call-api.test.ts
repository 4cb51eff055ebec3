import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiFailure } from './api-failure.ts'
import { callApi, callHeaders, searchOf } from './call-api.ts'
import { cursorAfter } from './use-list.ts'

function respondWith(body: unknown, status = 200, headers: Record<string, string> = {}) {
  const fetch = vi.fn(
    async (_: string, __: RequestInit) => new Response(JSON.stringify(body), { status, headers }),
  )
  vi.stubGlobal('fetch', fetch)
  return fetch
}

afterEach(() => {
  vi.unstubAllGlobals()
  callHeaders.value = {}
})

describe('searchOf', () => {
  it('writes the names of the API, lists as such, and nothing for what is not set', () => {
    expect(searchOf({ apiKeyId: 'a', groupBy: ['model', 'key'], page: null, q: '', limit: 20 })).toBe(
      '?api_key_id=a&group_by%5B%5D=model&group_by%5B%5D=key&limit=20',
    )
    expect(searchOf({})).toBe('')
  })
})

describe('callApi', () => {
  it('sends and reads JSON with its own names', async () => {
    const fetch = respondWith({ created_at: 1 })
    callHeaders.value = { 'x-workspace': 'w' }
    expect(await callApi('/continuo/x', { body: { displayName: 'n' }, betas: ['b1', 'b2'] })).toEqual({
      createdAt: 1,
    })
    const [address, init] = fetch.mock.calls[0] ?? []
    expect(address).toBe('/continuo/x')
    expect(init).toMatchObject({
      method: 'POST',
      credentials: 'same-origin',
      body: '{"display_name":"n"}',
      headers: { 'content-type': 'application/json', 'anthropic-beta': 'b1,b2', 'x-workspace': 'w' },
    })
  })

  it('leaves a body alone whose names are not its own', async () => {
    const fetch = respondWith({})
    await callApi('/v1/messages', { body: { tools: [{ inputSchema: 1 }] }, isWireBody: true })
    expect(fetch.mock.calls[0]?.[1].body).toBe('{"tools":[{"inputSchema":1}]}')
  })

  it('throws what the API says', async () => {
    const body = { type: 'error', error: { type: 'not_found_error', message: 'No such key.' } }
    respondWith(body, 404, { 'request-id': 'req_1' })
    const failure = await callApi('/x').catch((thrown) => thrown)
    expect(failure).toBeInstanceOf(ApiFailure)
    expect(failure).toMatchObject({
      status: 404,
      type: 'not_found_error',
      message: 'No such key.',
      requestId: 'req_1',
    })
  })

  it('says so where nothing answers', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')))
    await expect(callApi('/x')).rejects.toThrow('The server cannot be reached')
  })
})

describe('cursorAfter', () => {
  it('knows cursors of ids and of pages, and the end', () => {
    expect(cursorAfter({ data: [], hasMore: true, lastId: 'z' })).toEqual({ afterId: 'z' })
    expect(cursorAfter({ data: [], nextPage: 'p' })).toEqual({ page: 'p' })
    expect(cursorAfter({ data: [], hasMore: false, lastId: 'z' })).toBeNull()
    expect(cursorAfter({ data: [], nextPage: null })).toBeNull()
  })
})

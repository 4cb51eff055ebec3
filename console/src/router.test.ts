import { describe, expect, it } from 'vitest'
import { changedQuery, hrefOf, matchPath, parseAddress } from './router.ts'

describe('parseAddress', () => {
  it.each([
    ['/console', '/'],
    ['/console/', '/'],
    ['/console/usage', '/usage'],
    ['/console/usage/', '/usage'],
    ['/console/workspaces/wrkspc_1', '/workspaces/wrkspc_1'],
    ['/consolation', '/'],
  ])('%s is the page %s', (pathname, page) => {
    expect(parseAddress(pathname, '').path).toBe(page)
  })

  it('reads the filters', () => {
    expect(parseAddress('/console/usage', '?model=a%20b&by=day').query.get('model')).toBe('a b')
  })
})

describe('matchPath', () => {
  it('takes named parts out of a path, decoded', () => {
    expect(matchPath('/workspaces/:id', '/workspaces/a%2Fb')).toEqual({ id: 'a/b' })
    expect(matchPath('/usage', '/usage')).toEqual({})
  })

  it('refuses a path with more, fewer, other or empty parts', () => {
    for (const path of ['/workspaces', '/workspaces/', '/workspaces/a/b', '/other/a']) {
      expect(matchPath('/workspaces/:id', path)).toBeNull()
    }
  })

  it('keeps what is not encoded correctly', () => {
    expect(matchPath('/logs/:id', '/logs/%E0%A4%A')).toEqual({ id: '%E0%A4%A' })
  })
})

describe('changedQuery', () => {
  it('sets and takes away, and leaves its argument alone', () => {
    const old = new URLSearchParams('a=1&b=2')
    expect(changedQuery(old, { a: null, b: '', c: 'x y' }).toString()).toBe('c=x+y')
    expect(old.toString()).toBe('a=1&b=2')
  })
})

describe('hrefOf', () => {
  it('makes an address with the filters that are set', () => {
    expect(hrefOf('/usage', { model: 'a&b', key: null })).toBe('/console/usage?model=a%26b')
    expect(hrefOf('/usage')).toBe('/console/usage')
  })
})

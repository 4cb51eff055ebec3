import { describe, expect, it } from 'vitest'
import { requestOrigin } from './request-origin.ts'

function originOf(headers: Record<string, string>, hosts = ['localhost:8642'], isSecure = false) {
  return requestOrigin({ headers: new Headers(headers), hosts, isSecure })
}

describe('requestOrigin', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8642' }],
    [{ origin: 'http://localhost:8642' }],
    [{ origin: 'https://localhost:8642' }],
  ])('knows pages of this server by %j', (headers) => {
    expect(originOf(headers)).toBe('same')
  })

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'same-origin, cross-site' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost' }],
    [{ origin: 'http://localhost:86420' }],
    [{ origin: 'http://evil.localhost:8642' }],
    [{ origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'http://localhost:8642', 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'http://localhost:8642, http://localhost:8642' }],
    [{ origin: '' }],
  ])('knows other pages by %j', (headers) => {
    expect(originOf(headers)).toBe('other')
  })

  it.each([[{}], [{ 'sec-fetch-site': 'none' }]])('cannot tell by %j', (headers) => {
    expect(originOf(headers)).toBe('unknown')
  })

  it('compares with every host that a request names', () => {
    const headers = { origin: 'http://localhost:8642' }
    expect(originOf(headers, ['localhost:8642', 'evil.example'])).toBe('other')
    expect(originOf(headers, [])).toBe('other')
    expect(originOf(headers, ['LOCALHOST:8642'])).toBe('same')
  })

  it('takes no page without TLS for one with', () => {
    expect(originOf({ origin: 'http://box.example' }, ['box.example'], true)).toBe('other')
    expect(originOf({ origin: 'https://box.example' }, ['box.example'], true)).toBe('same')
  })
})

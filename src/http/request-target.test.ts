import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRequestTarget } from './request-target.ts'

const read = (target: string, host = 'localhost:8642') => readRequestTarget(target, host)

describe('readRequestTarget', () => {
  it.each([
    ['/v1/complete', '/v1/complete', ''],
    ['/v1/messages?beta=true', '/v1/messages', 'beta=true'],
    ['/v1/models/claude-2.1', '/v1/models/claude-2.1', ''],
    ['/v1/%63omplete', '/v1/complete', ''],
    ['/v1/models/org%2Fmodel', '/v1/models/org%2Fmodel', ''],
    ['/v1/models/%252F', '/v1/models/%252F', ''],
    ['/v1/models/%E9%zz', '/v1/models/%E9%zz', ''],
    ['/v1/./../v1/models', '/v1/models', ''],
    ['//health', '//health', ''],
    ['/health?a\\b', '/health', 'a\\b'],
    ['/health#x?y', '/health', ''],
    ['', '/', ''],
  ])('reads %s', (target, path, query) => {
    expect(read(target)).toEqual({ path, query })
  })

  it.each([
    ['http://elsewhere/health?x', 'elsewhere'],
    ['https://user@Elsewhere.:81/health?x', 'elsewhere.:81'],
  ])('reads the whole URL %s', (target, host) => {
    expect(read(target)).toEqual({ path: '/health', query: 'x', host })
  })

  it.each(['*', 'health', '/v1\\models', 'http://', 'ftp://x/health'])('refuses the target %s', (target) => {
    expect(() => read(target)).toThrow('This is not a valid HTTP request')
  })

  it.each(['X', 'Example.COM:80', 'h:65535', '[::1]:80', '1.2.3.4.5', 'a_b'])(
    'accepts the host %s',
    (host) => {
      expect(read('/health', host)).toEqual({ path: '/health', query: '' })
      expect(read('/health?x', host)).toEqual({ path: '/health', query: 'x' })
    },
  )

  it.each(['a b', 'a/b', 'user@h', 'h:', 'h:65536', 'h:80:90', 'a?b', 'a#b', '..@', 'a, b'])(
    '%s is none',
    (host) => {
      expect(() => read('http://elsewhere/health', host)).toThrow('This is not a valid HTTP request')
      expect(() => read('/health', host)).toThrow('This is not a valid HTTP request')
    },
  )

  it('reads plain paths as it reads all others', () => {
    const segment = fc.stringMatching(/^[\w~-]+$/)
    const path = fc.array(segment, { minLength: 1 }).map((segments) => `/${segments.join('/')}`)
    fc.assert(
      fc.property(path, (path) => {
        expect(read(path)).toEqual(read(path, '[::1]'))
      }),
    )
  })
})

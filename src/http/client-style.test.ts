import { describe, expect, it } from 'vitest'
import { clientStyleOf, clientStyleOfUnknown } from './client-style.ts'

const VERSION = { 'anthropic-version': '2023-06-01' }
const BEARER = { authorization: 'Bearer K' }

describe('clientStyleOf', () => {
  it.each<[Record<string, string>, string, string]>([
    [{ ...VERSION, ...BEARER }, 'claude', 'claude'],
    [{ 'x-api-key': 'K' }, 'claude', 'claude'],
    [BEARER, 'openai', 'openai'],
    [{}, 'claude', 'openai'],
  ])('is for %j %s, and %s where no key is required', (fields, withKeys, withoutKeys) => {
    const headers = new Headers(fields)
    expect(clientStyleOf(headers, true)).toBe(withKeys)
    expect(clientStyleOf(headers, false)).toBe(withoutKeys)
  })
})

describe('clientStyleOfUnknown', () => {
  it.each<[string, Record<string, string>, string]>([
    ['/v1/embeddings', {}, 'openai'],
    ['/v1/images/generations', { 'x-api-key': 'K' }, 'openai'],
    ['/chat/completions', {}, 'openai'],
    ['/v1/chat', {}, 'openai'],
    ['/v1/embeddings', VERSION, 'claude'],
    ['/v1/chatter', {}, 'claude'],
    ['/v1/nope', {}, 'claude'],
    ['/v1/nope', BEARER, 'openai'],
    ['/v1/files', BEARER, 'openai'],
    ['/v1/files', { ...BEARER, ...VERSION }, 'claude'],
  ])('is for %s with %j %s', (path, fields, style) => {
    expect(clientStyleOfUnknown({ path, headers: new Headers(fields) })).toBe(style)
  })
})

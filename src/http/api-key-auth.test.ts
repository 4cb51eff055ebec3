import { expect, test } from 'vitest'
import { apiKeyAuth } from './api-key-auth.ts'

const check = (headers: Record<string, string>, apiKeys = ['one', 'two']) => {
  return () => apiKeyAuth(apiKeys)(new Headers(headers))
}

test.each([
  [{ 'x-api-key': 'one' }],
  [{ 'x-api-key': 'two' }],
  [{ authorization: 'Bearer two' }],
  [{ authorization: 'bearer   one' }],
  [{ 'x-api-key': 'wrong', authorization: 'Bearer one' }],
  [{ 'x-api-key': 'one', authorization: 'Bearer wrong' }],
])('accepts %j', (headers) => {
  expect(check(headers)).not.toThrow()
})

test.each([
  [{}, 'x-api-key header is required'],
  [{ 'x-api-key': '' }, 'x-api-key header is required'],
  [{ authorization: 'Bearer' }, 'x-api-key header is required'],
  [{ authorization: 'Basic one' }, 'x-api-key header is required'],
  [{ 'x-api-key': 'wrong' }, 'invalid x-api-key'],
  [{ 'x-api-key': 'One' }, 'invalid x-api-key'],
  [{ 'x-api-key': 'wrong', authorization: 'Bearer wrong' }, 'invalid x-api-key'],
  [{ authorization: 'Bearer wrong' }, 'Invalid bearer token'],
])('refuses %j', (headers, message) => {
  expect(check(headers)).toThrow(message)
})

test('without accepted keys any key will do, but none will not', () => {
  expect(check({ 'x-api-key': 'anything' }, [])).not.toThrow()
  expect(check({}, [])).toThrow('x-api-key header is required')
})

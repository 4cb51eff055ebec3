import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emailKey } from './email-key.ts'

describe('emailKey', () => {
  it.each([
    ['Jane@Example.com', 'jane@example.com'],
    [' jane+work+home@example.com ', 'jane@example.com'],
    ['+tag@example.com', '+tag@example.com'],
    ['jane@exa+mple.com', 'jane@exa+mple.com'],
    ['ｊａｎｅ@example.com', 'jane@example.com'],
    ['no address', 'no address'],
    ['"a@b"+c@example.com', '"a@b"@example.com'],
  ])('makes %s %s', (email, key) => {
    expect(emailKey(email)).toBe(key)
  })

  it('is the same for letters of either case', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(emailKey(email.toUpperCase())).toBe(emailKey(email.toLowerCase()))
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { refusal } from '../../test/refusal.ts'
import { checkUserId } from './check-user-id.ts'

describe('checkUserId', () => {
  it.each([
    ['ada@example.org', 'an email address'],
    ['+44 20 7946 0958', 'a phone number'],
    ['(555) 123-4567', 'a phone number'],
  ])('refuses %s only under the rule checkUserId', (userId, what) => {
    expect(() => checkUserId(userId, { checkUserId: true })).toThrow(
      refusal(`metadata.user_id: user_id appears to contain ${what}`),
    )
    expect(() => checkUserId(userId, { checkUserId: false })).not.toThrow()
  })

  it.each([undefined, null, '', 'user-20260101', '5551234567', 'a@b'])('accepts %j', (userId) => {
    expect(() => checkUserId(userId, { checkUserId: true })).not.toThrow()
  })
})

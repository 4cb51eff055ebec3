import { describe, expect, it } from 'vitest'
import { AccountError } from '../accounts/account-error.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from '../wire/api-error.ts'
import { failureReason } from './failure-reason.ts'

const invalid = (message: string) => new CompletionError('invalid-request', message)

describe('failureReason', () => {
  it.each([
    ['messages.0.content: Field required', 'messages.0.content: Field required'],
    ['prompt is too long: 9 tokens > 8 maximum', 'prompt is too long: 9 tokens > 8 maximum'],
    ["tools.0.type: 'secret' is not supported", "tools.0.type: '…' is not supported"],
    ["a: the model's 'it' secret 'it' is wrong", "a: the model’s '…' is wrong"],
    ['model: say "secret" or "secret"', 'model: say "…"'],
    ['metadata.a secret.b: Input should be a text', 'metadata.….b: Input should be a text'],
    ['secret: Extra inputs are not permitted', '…: Extra inputs are not permitted'],
    ['metadata.my-secret-key: Extra inputs are not permitted', 'metadata.…: Extra inputs are not permitted'],
    ['x'.repeat(500), 'x'.repeat(200)],
  ])('of %j shows %j', (message, reason) => {
    expect(failureReason(invalid(message))).toBe(reason)
  })

  it.each([
    [AccountError.notFound('User', 'secret` `secret'), 'User `…` not found.'],
    [AccountError.invalid('Invalid `after_id`. No user found for `after_id` "secret"'), 'Invalid `…` "…"'],
    [
      AccountError.invalid('expires_at: Input should be in the future'),
      'expires_at: Input should be in the future',
    ],
  ])('shows none of the ids that accounts are requested by', (error, reason) => {
    expect(failureReason(error)).toBe(reason)
  })

  it('is that of errors of this server alone', () => {
    expect(failureReason(new ApiError('route-not-found', 'Not Found'))).toBe('Not Found')
    expect(failureReason(new Error('secret'))).toBeUndefined()
    expect(
      failureReason(new CompletionError('invalid-request', 'secret', { cause: new Error() })),
    ).toBeUndefined()
  })
})

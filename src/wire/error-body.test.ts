import { expect, test } from 'vitest'
import { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from './api-error.ts'
import { describeError, errorBody } from './error-body.ts'

test.each([
  [new CompletionError('invalid-request', 'm'), 400, 'invalid_request_error', false],
  [new CompletionError('invalid-prompt', 'm'), 400, 'invalid_request_error', false],
  [new CompletionError('prompt-too-long', 'm'), 400, 'invalid_request_error', false],
  [new CompletionError('model-not-found', 'm'), 404, 'not_found_error', false],
  [new CompletionError('not-ready', 'm'), 529, 'overloaded_error', true],
  [new CompletionError('overloaded', 'm'), 529, 'overloaded_error', true],
  [new CompletionError('engine-failed', 'm'), 500, 'api_error', true],
  [new ApiError('unauthenticated', 'm'), 401, 'authentication_error', false],
  [new ApiError('method-not-allowed', 'm'), 405, 'invalid_request_error', false],
  [new ApiError('request-timed-out', 'm'), 408, 'invalid_request_error', true],
])('%o', (error, status, type, shouldRetry) => {
  expect(describeError(error)).toMatchObject({ status, type, shouldRetry, message: 'm' })
})

test('anything else is an internal error that keeps its secret', () => {
  for (const error of [new Error('secret'), 'secret', null, undefined]) {
    expect(describeError(error)).toEqual({
      status: 500,
      type: 'api_error',
      shouldRetry: null,
      isServerFault: true,
      retryAfterSeconds: null,
      message: 'Internal server error',
    })
  }
})

test('the envelope, and the older one of the edge', () => {
  expect(errorBody(describeError(new CompletionError('overloaded', 'Overloaded')), 'req_X')).toEqual({
    type: 'error',
    error: { type: 'overloaded_error', message: 'Overloaded' },
    request_id: 'req_X',
  })
  expect(errorBody(describeError(new ApiError('request-too-large', 'Too large')), 'req_X')).toEqual({
    error: { type: 'request_too_large', message: 'Too large' },
  })
})

import { describe, expect, test } from 'vitest'
import { errorBody } from '../test/start-server.ts'
import { APIError } from './api-error.ts'
import { makeStatusError, makeStreamError } from './make-api-error.ts'
import {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  OverloadedError,
  PermissionDeniedError,
  RateLimitError,
  RequestTooLargeError,
  UnprocessableEntityError,
} from './status-errors.ts'

describe('by status', () => {
  test.each([
    [400, BadRequestError],
    [401, AuthenticationError],
    [402, APIError],
    [403, PermissionDeniedError],
    [404, NotFoundError],
    [405, APIError],
    [408, APIError],
    [409, ConflictError],
    [413, RequestTooLargeError],
    [422, UnprocessableEntityError],
    [429, RateLimitError],
    [500, InternalServerError],
    [503, InternalServerError],
    [504, InternalServerError],
    [529, OverloadedError],
  ])('%i', (status, errorClass) => {
    const error = makeStatusError(
      status,
      new Headers({ 'request-id': 'req_01' }),
      JSON.stringify(errorBody('t', 'm')),
    )
    expect(error.constructor).toBe(errorClass)
    expect(error).toMatchObject({
      status,
      type: 't',
      requestID: 'req_01',
      message: `${status} m`,
      name: errorClass.name,
    })
    expect(error.error).toEqual(errorBody('t', 'm'))
    expect(error.headers?.get('request-id')).toBe('req_01')
  })

  test('the request id of the body where no header has one', () => {
    expect(makeStatusError(400, new Headers(), JSON.stringify(errorBody('t', 'm'))).requestID).toBe(
      'req_body',
    )
  })

  test('the envelope of 2023, without an outer type', () => {
    const error = makeStatusError(
      400,
      new Headers(),
      '{"error":{"type":"invalid_request_error","message":"no"}}',
    )
    expect(error).toMatchObject({ type: 'invalid_request_error', message: '400 no', requestID: undefined })
  })

  test.each([
    [
      'a page of a proxy',
      '<html>Bad Gateway</html>',
      '<html>Bad Gateway</html>',
      '502 <html>Bad Gateway</html>',
    ],
    ['nothing', '', undefined, '502 without a body'],
    ['JSON of another kind', '[1]', [1], '502 [1]'],
    ['null', 'null', null, '502 null'],
    ['an error that is a text', '{"error":"oops"}', { error: 'oops' }, '502 {"error":"oops"}'],
    [
      'an error of strange types',
      '{"error":{"type":1,"message":2}}',
      { error: { type: 1, message: 2 } },
      '502 {"error":{"type":1,"message":2}}',
    ],
  ])('%s as the body', (_, bodyText, body, message) => {
    const error = makeStatusError(502, new Headers(), bodyText)
    expect(error).toBeInstanceOf(InternalServerError)
    expect(error.error).toEqual(body)
    expect(error.message).toBe(message)
    expect(error.type).toBeUndefined()
  })
})

test('of a long page only the start is in the message', () => {
  const page = 'x'.repeat(100_000)
  const error = makeStatusError(502, new Headers(), page)
  expect(error.error).toBe(page)
  expect(error.message).toBe(`502 ${'x'.repeat(500)}…`)
  expect(makeStreamError(new Headers(), page).message.length).toBeLessThan(600)
})

describe('by type, in a stream', () => {
  test.each([
    ['invalid_request_error', BadRequestError],
    ['authentication_error', AuthenticationError],
    ['billing_error', APIError],
    ['permission_error', PermissionDeniedError],
    ['not_found_error', NotFoundError],
    ['conflict_error', ConflictError],
    ['request_too_large', RequestTooLargeError],
    ['rate_limit_error', RateLimitError],
    ['timeout_error', InternalServerError],
    ['api_error', InternalServerError],
    ['overloaded_error', OverloadedError],
    ['something_new', APIError],
  ])('%s', (type, errorClass) => {
    const error = makeStreamError(
      new Headers({ 'request-id': 'req_02' }),
      JSON.stringify(errorBody(type, 'm')),
    )
    expect(error.constructor).toBe(errorClass)
    expect(error).toMatchObject({ type, status: undefined, requestID: 'req_02', message: 'm' })
  })

  test('data that is no envelope', () => {
    const error = makeStreamError(new Headers(), 'boom')
    expect(error).toMatchObject({
      error: 'boom',
      type: undefined,
      message: 'The stream ended with an error: boom',
    })
  })
})

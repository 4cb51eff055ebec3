import { APIError, type APIErrorFields, type ErrorType } from './api-error.ts'
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

type APIErrorClass = new (message: string, fields: APIErrorFields) => APIError

const CLASS_OF_STATUS: ReadonlyMap<number, APIErrorClass> = new Map([
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [413, RequestTooLargeError],
  [422, UnprocessableEntityError],
  [429, RateLimitError],
  [529, OverloadedError],
])

const CLASS_OF_TYPE: ReadonlyMap<ErrorType, APIErrorClass> = new Map<ErrorType, APIErrorClass>([
  ['invalid_request_error', BadRequestError],
  ['authentication_error', AuthenticationError],
  ['permission_error', PermissionDeniedError],
  ['not_found_error', NotFoundError],
  ['conflict_error', ConflictError],
  ['request_too_large', RequestTooLargeError],
  ['rate_limit_error', RateLimitError],
  ['timeout_error', InternalServerError],
  ['api_error', InternalServerError],
  ['overloaded_error', OverloadedError],
])

/** How much of a body that is no error envelope goes into the message; all of it is in `error`. */
const MAX_QUOTED_CODE_UNITS = 500

/** The error for a response whose status is not 2xx; the status decides its class. */
export function makeStatusError(status: number, headers: Headers, bodyText: string): APIError {
  const body = parseLeniently(bodyText)
  const { type, message } = readEnvelope(body)
  const errorClass = CLASS_OF_STATUS.get(status) ?? (status >= 500 ? InternalServerError : APIError)
  return new errorClass(`${status} ${message ?? (quote(bodyText) || 'without a body')}`, {
    status,
    type,
    headers,
    requestID: requestIDOf(headers, body),
    error: body,
  })
}

/** The error of an `event: error` in a stream: the class goes by the type, since the status was 200. */
export function makeStreamError(headers: Headers, eventData: string): APIError {
  const body = parseLeniently(eventData)
  const { type, message } = readEnvelope(body)
  const errorClass = (type !== undefined && CLASS_OF_TYPE.get(type)) || APIError
  return new errorClass(message ?? `The stream ended with an error: ${quote(eventData)}`, {
    type,
    headers,
    requestID: requestIDOf(headers, body),
    error: body,
  })
}

/** The server's id of the request. */
export function requestIDOf(headers: Headers, body?: unknown): string | undefined {
  return headers.get('request-id') ?? textField(body, 'request_id')
}

function quote(text: string): string {
  return text.length <= MAX_QUOTED_CODE_UNITS ? text : `${text.slice(0, MAX_QUOTED_CODE_UNITS)}…`
}

function parseLeniently(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page is no JSON; it is still the best that can be shown.
    return text
  }
}

/** Servers of 2023 leave out the outer `type`; both forms have `error.type` and `error.message`. */
function readEnvelope(body: unknown): { type: string | undefined; message: string | undefined } {
  const error = field(body, 'error')
  return { type: textField(error, 'type'), message: textField(error, 'message') }
}

function textField(value: unknown, name: string): string | undefined {
  const text = field(value, name)
  return typeof text === 'string' ? text : undefined
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}

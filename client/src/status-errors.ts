import { APIError } from './api-error.ts'

/** 400 `invalid_request_error`: a value of the request is not allowed; the message names the field. */
export class BadRequestError extends APIError {
  override readonly name: string = 'BadRequestError'
}

/** 401 `authentication_error`: the API key is missing or unknown to the server. */
export class AuthenticationError extends APIError {
  override readonly name: string = 'AuthenticationError'
}

/** 403 `permission_error`: the API key is known but may not do this. */
export class PermissionDeniedError extends APIError {
  override readonly name: string = 'PermissionDeniedError'
}

/** 404 `not_found_error`: the server knows no such model, or no such path. */
export class NotFoundError extends APIError {
  override readonly name: string = 'NotFoundError'
}

/** 409 `conflict_error`: the request met another one. Retried before it is thrown. */
export class ConflictError extends APIError {
  override readonly name: string = 'ConflictError'
}

/** 413 `request_too_large`: the body is larger than the server takes. */
export class RequestTooLargeError extends APIError {
  override readonly name: string = 'RequestTooLargeError'
}

/** 422: the server read the request but can do nothing with it. */
export class UnprocessableEntityError extends APIError {
  override readonly name: string = 'UnprocessableEntityError'
}

/** 429 `rate_limit_error`: too many requests or tokens for this API key. Retried before it is thrown. */
export class RateLimitError extends APIError {
  override readonly name: string = 'RateLimitError'
}

/** 500 and above, `api_error` or `timeout_error`: the server failed. Retried before it is thrown. */
export class InternalServerError extends APIError {
  override readonly name: string = 'InternalServerError'
}

/** 529 `overloaded_error`: the server has more work than it takes. Retried before it is thrown. */
export class OverloadedError extends InternalServerError {
  override readonly name: string = 'OverloadedError'
}

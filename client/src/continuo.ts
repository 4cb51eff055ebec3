import { APIError, type APIErrorFields, type ErrorType } from './api-error.ts'
import type { APIPromise, DataWithResponse } from './api-promise.ts'
import type { Completion, StopReason } from './completion.ts'
import type {
  CompletionCreateParams,
  CompletionCreateParamsBase,
  CompletionCreateParamsNonStreaming,
  CompletionCreateParamsStreaming,
  Metadata,
} from './completion-create-params.ts'
import { CompletionStream } from './completion-stream.ts'
import { Completions } from './completions.ts'
import { APIConnectionError, APIConnectionTimeoutError, APIUserAbortError } from './connection-errors.ts'
import { ContinuoError } from './continuo-error.ts'
import type { ContinuoOptions, FetchFunction } from './continuo-options.ts'
import type { Model, NamedModel } from './model.ts'
import type { ModelInfo, ModelListParams } from './model-info.ts'
import type { ModelInfosPage } from './model-infos-page.ts'
import { type ModelInfosPagePromise, Models } from './models.ts'
import { AI_PROMPT, HUMAN_PROMPT } from './prompt-markers.ts'
import { readEnvironment } from './read-environment.ts'
import type { HeaderValues, RequestOptions } from './request-options.ts'
import { checkMaxRetries, checkTimeoutMs, sendRequest } from './send-request.ts'
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

export {
  AI_PROMPT,
  APIConnectionError,
  APIConnectionTimeoutError,
  APIError,
  type APIErrorFields,
  type APIPromise,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  type Completion,
  type CompletionCreateParams,
  type CompletionCreateParamsBase,
  type CompletionCreateParamsNonStreaming,
  type CompletionCreateParamsStreaming,
  CompletionStream,
  type Completions,
  ConflictError,
  ContinuoError,
  type ContinuoOptions,
  type DataWithResponse,
  type ErrorType,
  type FetchFunction,
  type HeaderValues,
  HUMAN_PROMPT,
  InternalServerError,
  type Metadata,
  type Model,
  type ModelInfo,
  type ModelInfosPage,
  type ModelInfosPagePromise,
  type ModelListParams,
  type Models,
  type NamedModel,
  NotFoundError,
  OverloadedError,
  PermissionDeniedError,
  RateLimitError,
  type RequestOptions,
  RequestTooLargeError,
  type StopReason,
  UnprocessableEntityError,
}

/** The same names under the class, for programs that write `Continuo.Completion` or `Continuo.RateLimitError`. */
export declare namespace Continuo {
  export type {
    Completion,
    CompletionCreateParams,
    CompletionCreateParamsNonStreaming,
    CompletionCreateParamsStreaming,
    ContinuoOptions as ClientOptions,
    Metadata,
    Model,
    ModelInfo,
    ModelInfosPage,
    ModelListParams,
    RequestOptions,
  }
}

/** The address on which `continuo serve` listens by default. */
const DEFAULT_BASE_URL = 'http://127.0.0.1:8642'
const DEFAULT_TIMEOUT_MS = 600_000
const DEFAULT_MAX_RETRIES = 2
/** The version of the API whose responses this client reads. */
const API_VERSION = '2023-06-01'

/**
 * A client of a server of the Text Completions API.
 *
 * @example
 * const client = new Continuo({ apiKey: 'any' })
 * const { completion } = await client.completions.create({
 *   model: 'claude-2.1',
 *   max_tokens_to_sample: 256,
 *   prompt: `${HUMAN_PROMPT} Why is the sky blue?${AI_PROMPT}`,
 * })
 * @see the API's reference, Completions
 */
export class Continuo {
  static readonly HUMAN_PROMPT = HUMAN_PROMPT
  static readonly AI_PROMPT = AI_PROMPT
  static readonly ContinuoError = ContinuoError
  static readonly APIError = APIError
  static readonly APIConnectionError = APIConnectionError
  static readonly APIConnectionTimeoutError = APIConnectionTimeoutError
  static readonly APIUserAbortError = APIUserAbortError
  static readonly BadRequestError = BadRequestError
  static readonly AuthenticationError = AuthenticationError
  static readonly PermissionDeniedError = PermissionDeniedError
  static readonly NotFoundError = NotFoundError
  static readonly ConflictError = ConflictError
  static readonly RequestTooLargeError = RequestTooLargeError
  static readonly UnprocessableEntityError = UnprocessableEntityError
  static readonly RateLimitError = RateLimitError
  static readonly InternalServerError = InternalServerError
  static readonly OverloadedError = OverloadedError

  /** Completes prompts: `POST /v1/complete`. */
  readonly completions: Completions
  /** Lists models: `GET /v1/models`. */
  readonly models: Models
  /** The URL of the server, without a trailing slash. */
  readonly baseURL: string
  /** Milliseconds of silence before an attempt fails. */
  readonly timeout: number
  /** How often a failed attempt is retried. */
  readonly maxRetries: number

  /** @throws ContinuoError when an option cannot be used, when there is no API key, or in a browser's page */
  constructor(options: ContinuoOptions = {}) {
    if (isBrowserPage() && !options.dangerouslyAllowBrowser) {
      throw new ContinuoError(
        'In a browser everybody who opens the page can read the API key. If that is no harm, as with a server of ' +
          'your own that needs no real key, set dangerouslyAllowBrowser: true.',
      )
    }
    this.baseURL = checkBaseURL(
      options.baseURL ?? readEnvironment('CONTINUO_BASE_URL', 'ANTHROPIC_BASE_URL') ?? DEFAULT_BASE_URL,
    )
    this.timeout = checkTimeoutMs(options.timeout ?? DEFAULT_TIMEOUT_MS)
    this.maxRetries = checkMaxRetries(options.maxRetries ?? DEFAULT_MAX_RETRIES)
    const fetchFunction = options.fetch ?? globalThis.fetch
    const settings = {
      baseURL: this.baseURL,
      // A browser's fetch must not be called as a method of another object.
      fetch: (url: string, init: RequestInit) => fetchFunction(url, init),
      headers: [headersOf(options), options.defaultHeaders ?? {}],
      timeoutMs: this.timeout,
      maxRetries: this.maxRetries,
    }
    this.completions = new Completions((request) => sendRequest(settings, request))
    this.models = new Models((request) => sendRequest(settings, request))
  }
}

function headersOf(options: ContinuoOptions): HeaderValues {
  const apiKey = options.apiKey ?? readEnvironment('CONTINUO_API_KEY', 'ANTHROPIC_API_KEY')
  if (apiKey === undefined || apiKey === '') {
    throw new ContinuoError(
      'There is no API key. Pass apiKey or set CONTINUO_API_KEY; a server that was started without keys takes any text.',
    )
  }
  return {
    'x-api-key': apiKey,
    'anthropic-version': API_VERSION,
    'anthropic-dangerous-direct-browser-access': options.dangerouslyAllowBrowser ? 'true' : undefined,
  }
}

function checkBaseURL(baseURL: string): string {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new ContinuoError(`baseURL: must be a URL that begins with http:// or https://: ${baseURL}`)
  }
  // The value is not shown: it may hold a password.
  if (url.username !== '' || url.password !== '') {
    throw new ContinuoError('baseURL: must hold no user name and no password; send them in defaultHeaders.')
  }
  if (url.search !== '' || url.hash !== '') {
    throw new ContinuoError(`baseURL: must end with its path, without a query or a fragment: ${baseURL}`)
  }
  return baseURL.replace(/\/+$/, '')
}

function isBrowserPage(): boolean {
  return 'window' in globalThis && 'document' in globalThis
}

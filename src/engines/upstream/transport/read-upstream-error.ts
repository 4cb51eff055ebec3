import type { JsonObject } from '../../../util/json-object.ts'
import { asObject, listAt, objectAt, parseJson, textAt } from '../../../util/json-value.ts'
import {
  isLimitOfModel,
  type LengthRefusal,
  readLengthRefusal,
  UNKNOWN_LENGTH,
} from './read-length-refusal.ts'
import type { Redact } from './redact-secrets.ts'
import { UpstreamFailure, type UpstreamFailureDetails, type UpstreamFailureKind } from './upstream-failure.ts'

/** Where a response comes from. */
export interface ResponseOrigin {
  /** For the log. */
  readonly address: string
  /** For every text of the response that goes into an error or a log. */
  readonly redact: Redact
}

/** An error as an upstream reports it. */
export interface UpstreamError {
  readonly status: number
  readonly type: string
  readonly message: string
  readonly code?: unknown
}

/** How much of an upstream's text a client sees at most. */
const MAX_CLIENT_TEXT_CHARACTERS = 2_000
/** How many wrong fields a text names at most. */
const MAX_SHOWN_DEFECTS = 8
/** How much of it is logged at most. */
const MAX_LOG_TEXT_CHARACTERS = 200

const KINDS_BY_STATUS: Readonly<Record<number, UpstreamFailureKind>> = {
  400: 'request-refused',
  401: 'credentials-refused',
  402: 'unpaid',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-found',
  408: 'timed-out-there',
  410: 'not-found',
  413: 'request-refused',
  422: 'request-refused',
  429: 'overloaded',
  502: 'unavailable',
  503: 'unavailable',
  504: 'timed-out-there',
  529: 'overloaded',
}

/** Statuses whose text is about configuration and may be logged; other texts may quote a prompt. */
const LOGGED_STATUSES: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 410])

/** Types and codes of a request that is too long. */
const LENGTH_NAMES: ReadonlySet<string> = new Set(['context_length_exceeded', 'exceed_context_size_error'])

/** Statuses whose texts may say that a request is too long. */
const LENGTH_STATUSES: ReadonlySet<number> = new Set([400, 413, 422, 500])

/** The status of an error in the middle of a stream that names only its type or code. */
const STATUS_BY_TYPE: ReadonlyMap<string, number> = new Map([
  ['overloaded_error', 529],
  ['rate_limit_error', 429],
  ['invalid_request_error', 400],
  ['BadRequestError', 400],
  ['BadRequest', 400],
  ['Bad Request', 400],
  ['bad_request_error', 400],
  ['invalid_request', 400],
  ['validation_error', 400],
  ['ValidationError', 400],
  ['ValueError', 400],
  ['exceed_context_size_error', 400],
  ['context_length_exceeded', 400],
  ['authentication_error', 401],
  ['invalid_api_key', 401],
  ['billing_error', 402],
  ['insufficient_quota', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['model_not_found', 404],
  ['rate_limit_exceeded', 429],
  ['unavailable_error', 503],
])

/**
 * Reads a response that is no success.
 *
 * @param body as much of it as was read
 */
export function readErrorResponse(
  origin: ResponseOrigin,
  status: number,
  body: string,
  details: UpstreamFailureDetails = {},
): UpstreamFailure {
  const { type, message, code } = readErrorObject(parseJson(body)) ?? { type: '', message: plainText(body) }
  // OpenAI reports an account without credit as too many requests.
  const isUnpaid = status === 429 && (type === 'insufficient_quota' || code === 'insufficient_quota')
  return failureOf(origin, { status: isUnpaid ? 402 : status, type, message, code }, details)
}

/** Reads an error event; null for any other event. */
export function readErrorEvent(origin: ResponseOrigin, event: unknown): UpstreamFailure | null {
  const json = asObject(event)
  if (json === undefined || !(json.error || json.object === 'error' || json.type === 'error')) return null
  const error = readErrorObject(json) ?? { type: '', message: '', code: undefined }
  const { type, code } = error
  const number = Number(code)
  const status = isStatus(number) ? number : (STATUS_BY_TYPE.get(type) ?? STATUS_BY_TYPE.get(String(code)))
  if (status !== undefined) return failureOf(origin, { ...error, status }, {})
  const failure = failureOf(origin, { ...error, status: 500 }, {})
  // Nothing says whose fault it is: the text of a request must not eject a replica.
  return failure.kind === 'server-error'
    ? new UpstreamFailure('unexpected-response', `${origin.address} reported an error in its response`)
    : failure
}

/** Errors within errors that are looked into: gateways put the text of another server's error into theirs. */
const MAX_NESTED_ERRORS = 3

type ReadError = Omit<UpstreamError, 'status'>

/** A body that is no JSON, as frameworks write it for a request that they cannot read; empty for the page of a proxy. */
function plainText(body: string): string {
  const text = body.trim()
  return /^[<{[]/.test(text) ? '' : text
}

/**
 * The error in `{"error": {…}}` (OpenAI, vLLM, llama-server, Claude), `{"error": "…"}` (Ollama),
 * `{"object": "error", …}` (SGLang, vLLM until 2025) or `{"detail": …}` (FastAPI), and what stands as JSON in its message.
 */
function readErrorObject(json: unknown, nested = 0): ReadError | undefined {
  // Gemini sends a list with one error.
  const outer = asObject(Array.isArray(json) ? json[0] : json)
  if (outer === undefined) return undefined
  const error: JsonObject = objectAt(outer, 'error') ?? outer
  const code = error.code === undefined ? {} : { code: error.code }
  const read = {
    type: textAt(error, 'type') ?? '',
    message: withParam(messageOf(outer, error), error),
    ...code,
  }
  if (nested === MAX_NESTED_ERRORS) return read
  const inner = objectAt(error, 'message') ?? jsonIn(read.message)
  const within = readErrorObject(inner, nested + 1)
  if (within === undefined || within.message === '') return read
  return { ...within, type: read.type || within.type, ...code }
}

function messageOf(outer: JsonObject, error: JsonObject): string {
  return (
    textAt(error, 'message') ??
    // Baidu
    textAt(error, 'error_msg') ??
    textAt(outer, 'error') ??
    textAt(outer, 'detail') ??
    defectsText(listAt(outer, 'detail') ?? listAt(error, 'detail') ?? [])
  )
}

/** A message with the field that it is about, where only `param` names it. */
function withParam(message: string, error: JsonObject): string {
  const param = textAt(error, 'param') ?? ''
  return param === '' || message.includes(param) ? message : `${param}: ${message}`
}

/** What is wrong with each field of a body, as FastAPI lists it; without the values, which may be long. */
function defectsText(defects: readonly unknown[]): string {
  return defects
    .slice(0, MAX_SHOWN_DEFECTS)
    .map((defect) => {
      const place = (listAt(defect, 'loc') ?? []).map(String).join('.')
      return `${place}: ${textAt(defect, 'msg') ?? 'is wrong'}`
    })
    .join('; ')
}

/** The JSON between the first brace of a text and the last; undefined where there is none. */
function jsonIn(text: string): unknown {
  const start = text.indexOf('{')
  return start === -1 ? undefined : parseJson(text.slice(start, text.lastIndexOf('}') + 1))
}

function failureOf(
  { address, redact }: ResponseOrigin,
  { status, ...texts }: UpstreamError,
  details: UpstreamFailureDetails,
): UpstreamFailure {
  // An upstream may quote request headers. Redact before cutting: a cut secret might not be recognized.
  const type = redact(texts.type)
  const message = redact(texts.message)
  const kind = KINDS_BY_STATUS[status] ?? (status >= 500 ? 'server-error' : 'unexpected-response')
  const loggedText = LOGGED_STATUSES.has(status) ? message.slice(0, MAX_LOG_TEXT_CHARACTERS) : ''
  const reported = [type.slice(0, MAX_LOG_TEXT_CHARACTERS), loggedText]
    .filter((text) => text !== '')
    .join(': ')
  const text = `${address} answered ${status}${reported === '' ? '' : ` (${reported})`}`
  const length = LENGTH_STATUSES.has(status) ? lengthRefusalOf(texts) : null
  if (kind !== 'request-refused' && length === null) return new UpstreamFailure(kind, text, details)
  const textForClient = message === '' ? {} : { textForClient: message.slice(0, MAX_CLIENT_TEXT_CHARACTERS) }
  return length === null
    ? new UpstreamFailure(kind, text, { ...details, ...textForClient })
    : new UpstreamFailure('request-too-long', text, {
        ...details,
        ...textForClient,
        length,
        isLimitOfModel: length.maxCompletionTokens !== null && isLimitOfModel(message),
      })
}

function lengthRefusalOf({ type, message, code }: Omit<UpstreamError, 'status'>): LengthRefusal | null {
  const read = readLengthRefusal(message)
  const isNamed = [type, code].some((name) => LENGTH_NAMES.has(String(name)))
  return read ?? (isNamed ? UNKNOWN_LENGTH : null)
}

function isStatus(number: number): boolean {
  return number >= 400 && number <= 599
}

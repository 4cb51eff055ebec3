import { abortable } from './abortable.ts'
import { abortableDelay } from './abortable-delay.ts'
import type { APIError } from './api-error.ts'
import { APIUserAbortError } from './connection-errors.ts'
import { connectionFailure, userAbort } from './connection-failure.ts'
import { ContinuoError } from './continuo-error.ts'
import type { FetchFunction } from './continuo-options.ts'
import { makeStatusError } from './make-api-error.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { readBodyText, silence } from './read-body.ts'
import type { HeaderValues } from './request-options.ts'
import { isRetryable, MAX_TIMER_MS, retryDelayMs } from './retry-policy.ts'
import type { UnreadResponse } from './unread-response.ts'

/** The largest body of an error that is read; a server's own are below 1 KB. */
const MAX_ERROR_BODY_BYTES = 1024 * 1024

/** What every request of one client has in common. */
export interface SendSettings {
  readonly baseURL: string
  readonly fetch: FetchFunction
  /** From the weakest to the strongest. */
  readonly headers: readonly HeaderValues[]
  readonly timeoutMs: number
  readonly maxRetries: number
}

/** A try that can be made over and over. */
interface PreparedRequest {
  readonly url: string
  readonly init: RequestInit
  readonly fetch: FetchFunction
  readonly timeoutMs: number
  readonly signal: AbortSignal | null | undefined
}

/** A try that failed, and what is to be done about it. */
interface FailedTry {
  readonly error: ContinuoError
  readonly isRetryable: boolean
  readonly headers: Headers | undefined
}

/**
 * Sends a request and retries it where that can help, until the headers of a 2xx response have arrived.
 *
 * @throws APIUserAbortError as soon as the program's signal fires, also while it waits to repeat
 * @throws APIError the last try's failure
 * @throws ContinuoError when `timeout` or `maxRetries` cannot be used
 */
export async function sendRequest(settings: SendSettings, request: OutgoingRequest): Promise<UnreadResponse> {
  const { signal, timeout, maxRetries } = request.options
  const prepared: PreparedRequest = {
    url: settings.baseURL + request.path,
    init: initOf(settings, request),
    fetch: settings.fetch,
    timeoutMs: checkTimeoutMs(timeout ?? settings.timeoutMs),
    signal,
  }
  const maxRepetitions = checkMaxRetries(maxRetries ?? settings.maxRetries)
  for (let retryCount = 0; ; retryCount++) {
    if (signal?.aborted) throw userAbort(signal.reason)
    const result = await tryOnce(prepared)
    if ('response' in result) return result
    if (!result.isRetryable || retryCount >= maxRepetitions) throw result.error
    await abortableDelay(retryDelayMs(retryCount, result.headers), signal).catch((reason) => {
      throw userAbort(reason)
    })
  }
}

/** @throws ContinuoError unless it is a positive number of milliseconds; more than a timer can hold is cut to that */
export function checkTimeoutMs(timeoutMs: number): number {
  if (!(timeoutMs > 0))
    throw new ContinuoError(`timeout: must be a positive number of milliseconds: ${timeoutMs}`)
  return Math.min(timeoutMs, MAX_TIMER_MS)
}

/** @throws ContinuoError unless it is a whole number that is not negative */
export function checkMaxRetries(maxRetries: number): number {
  if (Number.isInteger(maxRetries) && maxRetries >= 0) return maxRetries
  throw new ContinuoError(`maxRetries: must be a whole number, 0 or more: ${maxRetries}`)
}

async function tryOnce(request: PreparedRequest): Promise<UnreadResponse | FailedTry> {
  const { signal, timeoutMs } = request
  const controller = new AbortController()
  const abortForUser = () => controller.abort(userAbort(signal?.reason))
  const release = () => signal?.removeEventListener('abort', abortForUser)
  signal?.addEventListener('abort', abortForUser, { once: true })
  const timer = setTimeout(() => controller.abort(silence(timeoutMs)), timeoutMs)
  try {
    const response = await fetchHeaders(request, controller.signal)
    const unread = { response, controller, idleTimeoutMs: timeoutMs, release }
    if (response.ok) return unread
    const error = await readStatusError(unread)
    release()
    return { error, isRetryable: isRetryable(response.status, response.headers), headers: response.headers }
  } catch (cause) {
    release()
    const error = connectionFailure(cause, controller.signal)
    return { error, isRetryable: !(error instanceof APIUserAbortError), headers: undefined }
  } finally {
    clearTimeout(timer)
  }
}

/** Also gives up on a `fetch` that does not listen to its signal. */
async function fetchHeaders(request: PreparedRequest, signal: AbortSignal): Promise<Response> {
  const { fetch, url, init } = request
  const response = fetch(url, { ...init, signal })
  try {
    return await abortable(response, signal)
  } catch (error) {
    const cancel = (response: Response) => response.body?.cancel()
    response.then(cancel).catch(() => undefined)
    throw error
  }
}

/** A response whose body cannot be read to its end still has a status. */
async function readStatusError(unread: UnreadResponse): Promise<APIError> {
  const { response, controller } = unread
  const bodyText = await readBodyText(unread, MAX_ERROR_BODY_BYTES).catch((error: unknown) => {
    if (error instanceof APIUserAbortError) throw error
    controller.abort()
    return ''
  })
  return makeStatusError(response.status, response.headers, bodyText)
}

function initOf(settings: SendSettings, request: OutgoingRequest): RequestInit {
  const headers = new Headers()
  for (const values of [...settings.headers, request.headers, request.options.headers ?? {}]) {
    for (const [name, value] of Object.entries(values)) setHeader(headers, name, value)
  }
  const init = { method: request.method, headers }
  return request.body === undefined ? init : { ...init, body: JSON.stringify(request.body) }
}

function setHeader(headers: Headers, name: string, value: string | null | undefined): void {
  if (value === undefined) return
  try {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  } catch {
    // The platform's message would quote the value, which may be the API key.
    throw new ContinuoError(
      `The header ${JSON.stringify(name)} has a name or a value that HTTP cannot carry.`,
    )
  }
}

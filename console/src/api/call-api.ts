import { signal } from '@preact/signals'
import { ApiFailure } from './api-failure.ts'
import { fromWire, toWire, wireName } from './wire-names.ts'

type QueryValue = string | number | boolean | null | undefined | readonly string[]
/** Parameters in the console's names. Null, undefined and '' are left out; a list is sent as `name[]`. */
export type ApiQuery = Readonly<Record<string, QueryValue>>

export interface ApiCall {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly query?: ApiQuery
  /** Sent as JSON with the API's names; a form as it is. */
  readonly body?: object | FormData
  /** For a body whose names are the API's already, such as a prompt. */
  readonly isWireBody?: boolean
  readonly betas?: readonly string[]
  readonly signal?: AbortSignal
}

/** Counts the responses that said that a login is needed. */
export const loggedOutCount = signal(0)
export const WORKSPACE_HEADER = 'anthropic-workspace-id'
/** Headers that each call carries, such as the chosen workspace. */
export const callHeaders = signal<Readonly<Record<string, string>>>({})

/**
 * Calls the API and reads its JSON, with the console's names.
 *
 * @throws ApiFailure
 */
export async function callApi<T>(path: string, call: ApiCall = {}): Promise<T> {
  const response = await fetchApi(path, call)
  const text = await response.text().catch((thrown) => Promise.reject(ApiFailure.from(thrown)))
  return (text === '' ? null : fromWire(JSON.parse(text))) as T
}

/**
 * Calls the API and returns the response, whose body is still to be read.
 *
 * @throws ApiFailure for every status but 2xx, and if there is no response
 */
export async function fetchApi(path: string, call: ApiCall = {}): Promise<Response> {
  const { query = {}, body, isWireBody = false, betas = [], signal: aborted = null } = call
  const isForm = body instanceof FormData
  const method = call.method ?? (body === undefined ? 'GET' : 'POST')
  const response = await fetch(path + searchOf(query), {
    ...{ method, signal: aborted, credentials: 'same-origin' },
    headers: {
      'anthropic-version': '2023-06-01',
      ...(method === 'GET' || isForm ? {} : { 'content-type': 'application/json' }),
      ...(betas.length === 0 ? {} : { 'anthropic-beta': betas.join(',') }),
      ...callHeaders.peek(),
    },
    body: body === undefined || isForm ? (body ?? null) : JSON.stringify(isWireBody ? body : toWire(body)),
  }).catch((thrown) => Promise.reject(isAbort(thrown) ? thrown : ApiFailure.from(thrown)))
  if (response.ok) return response
  const failure = await ApiFailure.of(response)
  if (failure.status === 401) loggedOutCount.value++
  throw failure
}

/** Whether a call ended because its caller no longer wanted it. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError'
}

/** The query of an address. */
export function searchOf(query: ApiQuery): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    if (Array.isArray(value)) for (const item of value) parameters.append(`${wireName(name)}[]`, item)
    else parameters.set(wireName(name), String(value))
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

import { expect } from 'vitest'
import type { CompletionRequest } from '../../src/completion/completion-request.ts'
import type { ApiRules } from '../../src/wire/api-rules.ts'
import type { Script } from '../scripted-engine.ts'

/** The server that a case needs. */
export interface ServerNeeds {
  /** The engine's script; a case without one holds with any model. */
  readonly script?: Script
  readonly rules?: Partial<ApiRules>
  readonly pingIntervalMs?: number
}

/** A server under test. Its one accepted API key is `K`. */
export interface ServerUnderTest {
  readonly url: string
  /** The requests of the engine; only a scripted engine records them. */
  readonly requests?: readonly CompletionRequest[]
  close(): Promise<void>
}

/** Starts the servers of a suite, scripted or with a real model. */
export type StartServer = (needs: ServerNeeds) => Promise<ServerUnderTest>

/** How a request differs from the route's valid one. */
export interface RequestChange {
  readonly method?: string
  readonly path?: string
  /** Null removes a header. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** Fields that are added or replaced. */
  readonly body?: Readonly<Record<string, unknown>>
  /** Fields that are removed. */
  readonly without?: readonly string[]
  /** The whole body, instead of the fields. */
  readonly rawBody?: string | Uint8Array<ArrayBuffer>
}

/** One numbered rule of the wire contract. */
export interface ConformanceCase extends ServerNeeds {
  readonly number: string
  readonly title: string
  readonly check: (server: ServerUnderTest) => Promise<void>
}

export const MODEL = 'claude-2.1'
export const PROMPT = '\n\nHuman: Hi\n\nAssistant:'

/** A route that takes completion requests, and the fields of a valid request. */
export interface CompletionRoute {
  readonly path: string
  readonly fields: Readonly<Record<string, unknown>>
}

const COMPLETE_ROUTE: CompletionRoute = {
  path: '/v1/complete',
  fields: { model: MODEL, prompt: PROMPT, max_tokens_to_sample: 16, temperature: 0 },
}

/** Sends the route's valid request, changed. */
export function send(
  server: ServerUnderTest,
  change: RequestChange = {},
  route: CompletionRoute = COMPLETE_ROUTE,
): Promise<Response> {
  const method = change.method ?? 'POST'
  const headers = new Headers({
    'x-api-key': 'K',
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
  })
  for (const [name, value] of Object.entries(change.headers ?? {})) {
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  }
  const fields = Object.entries({ ...route.fields, ...change.body })
  const kept = fields.filter(([name]) => !change.without?.includes(name))
  const body = change.rawBody ?? JSON.stringify(Object.fromEntries(kept))
  return fetch(server.url + (change.path ?? route.path), {
    method,
    headers,
    ...(method === 'POST' ? { body } : {}),
  })
}

/** The body of a response that must have status 200. */
export async function completionOf<Body = Record<string, unknown>>(response: Response): Promise<Body> {
  const body = (await response.json()) as Body
  expect(response.status, JSON.stringify(body)).toBe(200)
  return body
}

/** The text of a completion that was not streamed. */
export async function textOf(response: Response): Promise<string> {
  return String((await completionOf(response)).completion)
}

/** A case that expects the error envelope. */
export function refusal(
  number: string,
  title: string,
  change: RequestChange,
  [status, type, message]: readonly [number, string, string | RegExp],
  needs: ServerNeeds = {},
  route: CompletionRoute = COMPLETE_ROUTE,
): ConformanceCase {
  return {
    number,
    title,
    ...needs,
    check: async (server) => expectError(await send(server, change, route), status, type, message),
  }
}

/** The error envelope, with its header. */
export async function expectError(
  response: Response,
  status: number,
  type: string,
  message: string | RegExp,
) {
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(await response.json()).toEqual({
    type: 'error',
    error: { type, message: typeof message === 'string' ? message : expect.stringMatching(message) },
    request_id: response.headers.get('request-id'),
  })
  expect(response.status).toBe(status)
  expect(response.headers.get('request-id')).toMatch(/^req_[0-9A-Za-z]{24}$/)
}

/** A case that expects status 200 and JSON. */
export function success(
  number: string,
  title: string,
  change: RequestChange,
  needs: ServerNeeds = {},
  route: CompletionRoute = COMPLETE_ROUTE,
): ConformanceCase {
  return {
    number,
    title,
    ...needs,
    check: async (server) => {
      await completionOf(await send(server, change, route))
    },
  }
}

export const INVALID_REQUEST = 'invalid_request_error'

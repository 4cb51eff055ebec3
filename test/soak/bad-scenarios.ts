import { checkResponse } from '../check-response.ts'
import type { CallerRequest } from '../http-caller.ts'
import { breaking, FAULTS } from '../obeying-model.ts'
import type { CompletingRoute, ErrorForm } from '../routes/completing-route.ts'
import { BREAKING_MODELS, EMBEDDED_MODEL } from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { type Asked, ask, requestOf } from './ask.ts'
import { pickRoute } from './pick-route.ts'
import { pick, type Random } from './random.ts'
import type { Caller, Outcome, Scenario } from './scenario.ts'

/** Requests that deserve an error, and engines that break. */
export const BAD_SCENARIOS: readonly Scenario[] = [
  { name: 'bad request', weight: 8, run: askBadly },
  { name: 'prompt too long', weight: 2, run: askTooLong },
  { name: 'body too large', weight: 0.5, run: sendTooMuch },
  { name: 'breaking upstream', weight: 4, run: (caller) => ask(caller, breakingQuestion(caller.random)) },
]

const GOOD_QUESTION = { text: 'Hello!', modelId: EMBEDDED_MODEL, maxTokens: 8, temperature: 0 }

interface BadRequest {
  readonly status: number
  readonly change: (good: CallerRequest, route: CompletingRoute, random: Random) => CallerRequest
}

/** What can be wrong with a request on every route. */
const BAD_REQUESTS: readonly BadRequest[] = [
  { status: 400, change: (good) => ({ ...good, body: '' }) },
  { status: 400, change: (good) => ({ ...good, body: String(good.body).slice(0, -1) }) },
  { status: 400, change: (good) => ({ ...good, body: `[${good.body}]` }) },
  { status: 400, change: (good) => ({ ...good, body: new Uint8Array([0x7b, 0x22, 0xff, 0x22]) }) },
  {
    status: 400,
    change: (good, { badFields }, random) => withField(good, ...pick(random, badFields)),
  },
  { status: 404, change: (good) => withField(good, 'model', 'no-such-model') },
  {
    status: 401,
    change: (good, { apiKeyHeader }) => ({ ...good, headers: without(good.headers, apiKeyHeader) }),
  },
  {
    status: 401,
    change: (good, { apiKeyHeader }) => ({
      ...good,
      headers: { ...good.headers, [apiKeyHeader]: 'Bearer no' },
    }),
  },
  { status: 404, change: (good) => ({ ...good, path: '/v1/nothing' }) },
  { status: 405, change: (good) => ({ ...good, method: 'DELETE' }) },
]

async function askBadly(caller: Caller): Promise<Outcome> {
  const route = pickRoute(caller.random, EMBEDDED_MODEL)
  const { status, change } = pick(caller.random, BAD_REQUESTS)
  const stream = caller.random() < 0.5
  const good = requestOf({ route, question: GOOD_QUESTION, stream, expectedText: null })
  const request = change(good, route, caller.random)
  return expectRefusal(caller, route, request, status)
}

/** Several lengths: some are found out at once, some only when they are tokenized. */
function askTooLong(caller: Caller): Promise<Outcome> {
  const route = pickRoute(caller.random, EMBEDDED_MODEL)
  const words = pick(caller.random, [3_000, 30_000, 300_000])
  const question = { ...GOOD_QUESTION, text: 'word '.repeat(words) }
  return expectRefusal(caller, route, requestOf({ route, question, stream: true, expectedText: null }), 400)
}

/** Just over the largest body, announced by its length or not. */
function sendTooMuch(caller: Caller): Promise<Outcome> {
  const route = pickRoute(caller.random, EMBEDDED_MODEL)
  const { path, headers } = route
  const body = caller.random() < 0.5 ? new Uint8Array(TOO_LARGE_BYTES).fill(0x20) : spaces(TOO_LARGE_BYTES)
  return expectRefusal(caller, route, { method: 'POST', path, headers, body }, 413)
}

const TOO_LARGE_BYTES = 32 * 1024 * 1024 + 1

async function* spaces(bytes: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(256 * 1024).fill(0x20)
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece
}

async function expectRefusal(
  caller: Caller,
  route: { readonly name: string; readonly errors: ErrorForm },
  request: CallerRequest,
  status: number,
): Promise<Outcome> {
  const response = await caller.http.send(request)
  caller.keep(response, false)
  const where = `${route.name}, a request for a ${status}`
  const error = checkResponse(where, response, route.errors)
  if (error?.status === 529 && status === 400) return 'overloaded'
  if (error?.status !== status)
    throw new Violation(where, `it got ${response.status}: ${response.body.slice(0, 200)}`)
  return 'refused'
}

function breakingQuestion(random: Random): Asked {
  const modelId = pick(random, BREAKING_MODELS)
  return {
    route: pickRoute(random, modelId),
    question: { text: breaking(pick(random, FAULTS)), modelId, maxTokens: 50, temperature: 1 },
    stream: random() < 0.5,
    expectedText: null,
    mayBreak: true,
  }
}

function withField(good: CallerRequest, name: string, value: unknown): CallerRequest {
  return { ...good, body: JSON.stringify({ ...JSON.parse(String(good.body)), [name]: value }) }
}

function without(headers: CallerRequest['headers'], name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([key]) => key !== name))
}

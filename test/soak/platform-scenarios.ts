import { setTimeout as delay } from 'node:timers/promises'
import { asViolation, checkResponse } from '../check-response.ts'
import type { CallerResponse } from '../http-caller.ts'
import { counted, counting } from '../obeying-model.ts'
import { CLAUDE_ERRORS } from '../routes/claude-errors.ts'
import { expectThat } from '../routes/expect-that.ts'
import { PLATFORM_ADMIN_KEY, PLATFORM_KEY } from '../routes/platform-route.ts'
import { PLATFORM_ROUTES } from '../routes/platform-routes.ts'
import { EMBEDDED_MODEL, KNOWN_RESPONSES } from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { between, pick } from './random.ts'
import type { Caller, Outcome, Scenario } from './scenario.ts'

/** A batch waits until others leave room: for the whole round, and for other batches after it. */
const BATCH_PATIENCE_MS = 120_000
const POLL_MS = 250
const BATCHES = '/v1/messages/batches'

/** What only a server with a state has. */
export const PLATFORM_SCENARIOS: readonly Scenario[] = [
  { name: 'message batch', weight: 0.3, run: (caller) => runBatch(caller) },
  { name: 'reports, accounts and limits', weight: 2, run: (caller) => readAccounts(caller) },
]

/** A few requests whose results are known, until they are there; then the batch is deleted. */
async function runBatch(caller: Caller): Promise<Outcome> {
  const expected = new Map<string, string>()
  const requests = Array.from({ length: between(caller.random, 1, 4) }, (_, index) => {
    const [text, response] = pick(caller.random, KNOWN_RESPONSES)
    const words = between(caller.random, 1, 20)
    const isEmbedded = index % 2 === 0
    expected.set(`r${index}`, isEmbedded ? response : counted(words))
    const content = isEmbedded ? text : counting(words)
    const params = {
      model: isEmbedded ? EMBEDDED_MODEL : 'obeying-chat',
      max_tokens: 100,
      temperature: 0,
      messages: [{ role: 'user', content }],
    }
    return { custom_id: `r${index}`, params }
  })
  const created = await send(caller, 'POST', BATCHES, { requests })
  if (created.status !== 200) return refusal(created)
  const { id } = JSON.parse(created.body) as { readonly id: string }
  if (caller.random() < 0.2) {
    await send(caller, 'POST', `${BATCHES}/${id}/cancel`)
    expected.clear()
  }
  const untilMs = performance.now() + BATCH_PATIENCE_MS
  for (;;) {
    const read = await send(caller, 'GET', `${BATCHES}/${id}`)
    if (read.status === 200 && JSON.parse(read.body).processing_status === 'ended') break
    if (performance.now() > untilMs) throw new Violation('a message batch', `it did not end: ${read.body}`)
    await delay(POLL_MS)
  }
  const results = await send(caller, 'GET', `${BATCHES}/${id}/results`)
  asViolation('the results of a message batch', () => checkResults(results.body, expected))
  await send(caller, 'DELETE', `${BATCHES}/${id}`)
  return 'completed'
}

function checkResults(body: string, expected: ReadonlyMap<string, string>): void {
  const lines = body.split('\n').slice(0, -1)
  for (const line of lines) {
    const { custom_id: id, result } = JSON.parse(line)
    const wanted = expected.get(id)
    if (wanted === undefined) continue
    expectThat(result.type === 'succeeded', 'a success', line)
    // A reply starts without a space.
    expectThat(result.message.content[0].text === wanted.trimStart(), wanted, line)
  }
  expectThat(lines.length >= expected.size, 'a line for each request', body)
}

/** Any route that changes nothing. */
async function readAccounts(caller: Caller): Promise<Outcome> {
  const route = pick(caller.random, READING_ROUTES)
  const query = pick(caller.random, ['', ...route.queries])
  const response = await send(caller, 'GET', `${route.path}${query === '' ? '' : `?${query}`}`)
  return response.status < 400 ? 'completed' : refusal(response)
}

const READING_ROUTES = PLATFORM_ROUTES.filter(({ method }) => method === 'GET')

function refusal({ status }: CallerResponse): Outcome {
  return status === 529 ? 'overloaded' : 'refused'
}

async function send(caller: Caller, method: string, path: string, body?: object): Promise<CallerResponse> {
  const key = path.startsWith(BATCHES) ? PLATFORM_KEY : PLATFORM_ADMIN_KEY
  const headers = { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' }
  const response = await caller.http.send({
    method,
    path,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  caller.keep(response, false)
  checkResponse(path, response, CLAUDE_ERRORS)
  return response
}

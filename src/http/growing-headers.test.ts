import { describe, it } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { many } from '../../test/growing-values.ts'
import { DeclaredKeys } from '../accounts/declared-keys.ts'
import { ANONYMOUS_CALLER } from '../completion/caller.ts'
import { ModelCatalog } from '../models/model-catalog.ts'
import { readBetas, refuseUnknownBetas } from '../wire/anthropic-beta.ts'
import { parseModelListParams } from '../wire/models/model-list-params.ts'
import { decodePercent } from './decode-percent.ts'
import { apiKeyAuth } from './guards/api-key-auth.ts'
import { readTraceContext } from './read-trace-context.ts'
import { readRequestTarget } from './request-target.ts'
import { RouteTable } from './route-table.ts'

// What a client says before its body, longer than any connection lets it be.

const catalog = new ModelCatalog({ configuredModelIds: [] })
const checkApiKey = apiKeyAuth({
  keys: new DeclaredKeys({ apiKeys: ['a-key'], sharedCache: false }),
  access: 'keys',
})
const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
const headersOf = (headers: Readonly<Record<string, string>>) => ({
  get: (name: string) => headers[name] ?? null,
  has: (name: string) => name in headers,
})

const ROUTES = new RouteTable()
for (const pattern of ['/a/:b/:c', '/a/:b{.+}']) {
  ROUTES.add({
    method: 'GET',
    pattern,
    guard: () => ANONYMOUS_CALLER,
    clientStyleOf: () => 'claude',
    allowBrowsers: true,
    handler: () => ({ status: 200, headers: {}, body: null }),
  })
}

type Reading = readonly [name: string, text: (size: number) => string, read: (text: string) => unknown]

const READINGS: readonly Reading[] = [
  ['a path', (size) => '/a'.repeat(size), (text) => readRequestTarget(text, 'a')],
  ['a path of many segments', (size) => '/a'.repeat(size), (text) => ROUTES.find(text)],
  ['a path that is none', (size) => `/${'a-'.repeat(size)}\\`, (text) => readRequestTarget(text, 'a')],
  ['a path in percent signs', (size) => '/%41%e2%82'.repeat(size), (text) => readRequestTarget(text, 'a')],
  ['an address', (size) => `http://a/${'?'.repeat(size)}`, (text) => readRequestTarget(text, 'a')],
  ['a host', (size) => 'a.'.repeat(size), (text) => readRequestTarget('/', text)],
  ['a host with many ports', (size) => ':1'.repeat(size), (text) => readRequestTarget('/', text)],
  ['percent signs', (size) => '%e2%82%'.repeat(size), (text) => decodePercent(text, decodeURIComponent)],
  ['a query', (size) => `limit=${'1'.repeat(size)}`, readQuery],
  ['many of one parameter', (size) => 'limit=1&'.repeat(size), readQuery],
  ['a cursor', (size) => `after_id=${'a'.repeat(size)}`, readQuery],
  ['betas', (size) => many(size, (index) => `b${index}`).join(', '), refuseUnknownBetas],
  ['commas for betas', (size) => ' ,'.repeat(size), readBetas],
  ['a key', (size) => 'a'.repeat(size), (text) => checkApiKey(headersOf({ 'x-api-key': text }))],
  [
    'a bearer',
    (size) => `bearer${' '.repeat(size)}`,
    (text) => checkApiKey(headersOf({ authorization: text })),
  ],
  [
    'a trace',
    (size) => TRACE + '-'.repeat(size),
    (text) => readTraceContext(headersOf({ traceparent: text })),
  ],
  ['the state of a trace', (size) => many(size, (index) => `k${index}=v`).join(','), readState],
  ['blanks in the state of a trace', (size) => `a=b,${' '.repeat(size)}c=${' '.repeat(size)}`, readState],
]

function readQuery(query: string): unknown {
  return parseModelListParams(new URLSearchParams(query), catalog)
}

function readState(tracestate: string): unknown {
  return readTraceContext(headersOf({ traceparent: TRACE, tracestate }))
}

describe('the reader of a request head', () => {
  it.each(READINGS)('takes time in proportion to %s', async (_, make, run) => {
    await expectLinearCost({ make, run }, 20_000)
  })
})

import fc from 'fast-check'
import { asViolation, checkResponse } from '../check-response.ts'
import { expectThat } from '../routes/expect-that.ts'
import type { PlatformRoute } from '../routes/platform-route.ts'
import { PLATFORM_ROUTES } from '../routes/platform-routes.ts'
import { byteEdits, editBytes } from './edit-bytes.ts'
import { editTree, treeEdits } from './edit-tree.ts'
import type { FuzzedServer, FuzzTarget } from './fuzz-target.ts'
import { hostileText } from './hostile-values.ts'

const WITH_BODIES = PLATFORM_ROUTES.filter(({ bodies }) => bodies.length > 0)
const [CREATE_BATCH] = PLATFORM_ROUTES

/** Bodies of batches, accounts, limits and prices with values or bytes changed; what becomes of a batch is looked at. */
export const PLATFORM_BODY_TARGET: FuzzTarget = {
  name: 'bodies of the platform',
  share: 8,
  workers: 2,
  property: (server) =>
    fc.asyncProperty(
      fc.record({
        route: fc.oneof(fc.constantFrom(...WITH_BODIES), fc.constant(CREATE_BATCH as PlatformRoute)),
        body: fc.nat(),
        edits: treeEdits,
        bytes: fc.option(byteEdits([',', '"', '[', '{', '}', '\\u0000', '\ud800', '[],'.repeat(200)]), {
          freq: 3,
        }),
      }),
      async ({ route, body: choice, edits, bytes }) => {
        const body = editTree(route.bodies[choice % route.bodies.length] ?? {}, edits)
        const json = Buffer.from(JSON.stringify(body) ?? '')
        const response = await send(server, route, route.path, bytes === null ? json : editBytes(json, bytes))
        if (route === CREATE_BATCH && response.status === 200)
          await readBatch(server, JSON.parse(response.body).id)
      },
    ),
}

/** Ids of paths and parameters of queries, of every route of the platform. */
export const PLATFORM_QUERY_TARGET: FuzzTarget = {
  name: 'queries of the platform',
  share: 6,
  workers: 2,
  property: (server) =>
    fc.asyncProperty(
      fc.record({
        route: fc.constantFrom(...PLATFORM_ROUTES),
        query: fc.nat(),
        id: fc.oneof(hostileText, fc.string({ unit: 'binary' })),
        values: fc.array(fc.tuple(fc.nat(), fc.oneof(hostileText, fc.constantFrom(...QUERY_VALUES))), {
          maxLength: 4,
        }),
        times: fc.oneof(fc.constant(1), fc.constant(200)),
      }),
      async ({ route, query: choice, id, values, times }) => {
        const path = route.pattern.replaceAll(/:\w+/g, () => encoded(id) || 'x')
        const query = new URLSearchParams(route.queries[choice % Math.max(1, route.queries.length)] ?? '')
        const names = [...query.keys(), 'limit', 'page']
        for (const [name, value] of values) {
          for (let time = 0; time < times; time++)
            query.append(names[name % names.length] ?? 'limit', wellFormed(value))
        }
        const target = `${path}?${query}`
        // A longer head is refused before it is read.
        if (target.length > MAX_TARGET_UNITS) return
        await send(server, route, target, route.method === 'POST' ? Buffer.from('{}') : undefined)
      },
    ),
}

const MAX_TARGET_UNITS = 8_000
const QUERY_VALUES = [
  ...['0', '-1', '1e3', '1001', '999999999999999', '+5', 'true', 'TRUE', '', '[]', '%00'],
  ...['2026-11-31T00:00:00Z', '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '2026-11-01T00:00:00+24:00'],
  ...[
    'page_',
    'page_1',
    'page_W10',
    'page_WzEsMiwiYSJd',
    'page_eyJfX3Byb3RvX18iOjF9',
    '__proto__',
    'constructor',
  ],
]

async function readBatch(server: FuzzedServer, id: string): Promise<void> {
  for (const [method, rest] of BATCH_STEPS) {
    const route = PLATFORM_ROUTES.find((one) => one.name === `${method} /v1/messages/batches/:batchId${rest}`)
    if (route !== undefined) await send(server, route, `/v1/messages/batches/${id}${rest}`)
  }
}

const BATCH_STEPS = [
  ['GET', ''],
  ['GET', '/results'],
  ['POST', '/cancel'],
  ['DELETE', ''],
] as const

async function send({ http, keep }: FuzzedServer, route: PlatformRoute, path: string, body?: Uint8Array) {
  const { method, headers, name, errors } = route
  const response = await http.send({ method, path, headers, ...(body === undefined ? {} : { body }) })
  keep(response)
  const error = checkResponse(name, response, errors)
  if (error === null && response.headers['content-type'] === 'application/json')
    asViolation(name, () => expectThat(typeof JSON.parse(response.body) === 'object', 'JSON', response.body))
  return response
}

function encoded(text: string): string {
  return encodeURIComponent(wellFormed(text))
}

function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

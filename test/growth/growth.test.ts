import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { JudgedServer } from '../judges/judged-server.ts'
import { withFaults } from '../judges/seeded-fault.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { MESSAGES_ROUTE } from '../routes/messages-routes.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { EMBEDDED_MODEL } from '../steady-server.ts'
import { grownRequests } from './grown-requests.ts'
import { measureGrowth } from './measure-growth.ts'

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 600_000 }
const MAX_BYTES = 256 * 1024

let server: JudgedServer | undefined
afterEach(() => server?.close())

// The property itself is a part of `npm run fuzz`: it takes minutes.

it('finds what costs the square of a size', PATIENT, async () => {
  // 13 ms for 32 KiB, 200 ms for 128 KiB.
  const square = 200 / 128 ** 2
  server = await JudgedServer.start(
    withFaults({ process: 'server', everyRequests: 1, type: 'spin by the square of a body', amount: square }),
  )
  const [grown] = grownRequests(MESSAGES_ROUTE, EMBEDDED_MODEL)
  if (grown === undefined) throw new Error('nothing grows')
  const violation = await measureGrowth(server, grown, MAX_BYTES)
  expect(violation?.message).toMatch(/times as much for each doubling, 2.5 are allowed$/)
})

it('knows every route of the server', () => {
  const app = readFileSync(new URL('../../src/http/app.ts', import.meta.url), 'utf8')
  const served = [...app.matchAll(/(?:\b(?:get|post)\(|pattern: )'(\/[^']*)'/g)].map(([, pattern]) => pattern)
  const known = [...COMPLETING_ROUTES, ...PLAIN_ROUTES].map(({ path }) =>
    path.replace('/v1/models/claude-2.1', '/v1/models/:id{.+}'),
  )
  expect(new Set(served)).toEqual(new Set(known))
  expect(served.length).toBeGreaterThan(8)
})

it.each(COMPLETING_ROUTES.map((route) => [route.name, route] as const))(
  'grows every field of %s',
  (_, route) => {
    const { texts, names, lists, schemas } = route.growable
    const filled = [
      ...[texts, names].flatMap((places) => Object.values(places).map((fieldsOf) => fieldsOf('a'))),
      ...Object.values(lists).map((fieldsOf) => fieldsOf(1)),
      ...Object.values(schemas).map((fieldsOf) => fieldsOf({})),
    ]
    const grown = new Set(filled.flatMap((fields) => Object.keys(fields)))
    const good = route.richBody(EMBEDDED_MODEL)
    const missing = Object.keys(good).filter((name) => !grown.has(name) && canGrow(good[name]))
    expect(missing).toEqual([])
  },
)

/** A number, a flag or a null is as large as it is. */
function canGrow(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

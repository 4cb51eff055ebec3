import { afterEach, expect, it, vi } from 'vitest'
import { RouteTable } from '../../src/http/route-table.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp } from '../start-scripted-server.ts'
import { EMBEDDED_MODEL } from '../steady-server.ts'

afterEach(() => vi.restoreAllMocks())

it('knows every route of the server', () => {
  const added = vi.spyOn(RouteTable.prototype, 'add')
  const metrics = { render: async () => '', contentType: 'text/plain', keys: null, allowedHosts: null }
  createScriptedApp(new ScriptedEngine({ steps: [] }), { metrics })
  const served = added.mock.calls.map(([{ pattern }]) => pattern)
  const known = [...COMPLETING_ROUTES, ...PLAIN_ROUTES].map(({ path }) =>
    path.replace('/v1/models/claude-2.1', '/v1/models/:id{.+}'),
  )
  expect(new Set(served)).toEqual(new Set(known))
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

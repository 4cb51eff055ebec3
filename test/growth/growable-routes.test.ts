import { afterEach, expect, it, vi } from 'vitest'
import { RouteTable } from '../../src/http/route-table.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp } from '../start-scripted-server.ts'

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

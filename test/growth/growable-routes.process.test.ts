import { afterEach, expect, it, vi } from 'vitest'
import { RouteTable } from '../../src/http/route-table.ts'
import { type FullContinuo, openFullContinuo } from '../full-continuo.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { PLATFORM_ROUTES } from '../routes/platform-routes.ts'

let full: FullContinuo | undefined
afterEach(async () => {
  vi.restoreAllMocks()
  await full?.close()
})

it('knows every route of a server that has everything', async () => {
  const added = vi.spyOn(RouteTable.prototype, 'add')
  full = await openFullContinuo()
  const served = added.mock.calls
    .map(([{ method, pattern }]) => `${method} ${pattern}`)
    // These are the page at /console, and its files.
    .filter((name) => !name.startsWith('GET /console/'))
  const known = [
    ...COMPLETING_ROUTES.map(({ path }) => `POST ${path}`),
    ...PLAIN_ROUTES.map(({ method, path }) =>
      `${method} ${path}`.replace('/v1/models/claude-2.1', '/v1/models/:id{.+}'),
    ),
    ...PLATFORM_ROUTES.map(({ name }) => name),
  ]
  expect([...new Set(served)].sort()).toEqual([...new Set(known)].sort())
})

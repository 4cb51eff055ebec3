import { expect, test } from 'vitest'
import { type Route, RouteTable } from './route-table.ts'

const route = (pattern: string): Route => ({
  pattern,
  method: 'GET',
  guard: null,
  handler: () => ({ status: 200, headers: {}, body: null }),
  allowBrowsers: true,
})

const table = new RouteTable()
for (const pattern of ['/models', '/models/:id{.+}', '/models/count']) table.add(route(pattern))
const find = (path: string) => {
  const found = table.find(path)
  return found && [found.route.pattern, found.pathRest]
}

test.each([
  ['/models', '/models', ''],
  ['/models/count', '/models/count', ''],
  ['/models/a', '/models/:id{.+}', 'a'],
  ['/models/a/b', '/models/:id{.+}', 'a/b'],
  ['/models/count/', '/models/:id{.+}', 'count/'],
])('%s', (path, pattern, pathRest) => {
  expect(find(path)).toEqual([pattern, pathRest])
})

test.each(['', '/', '/models/', '/models/a\nb', '/Models', '/modelsa', '__proto__', 'constructor'])(
  '%j has no route',
  (path) => {
    expect(find(path)).toBeNull()
  },
)

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ANONYMOUS_CALLER } from '../completion/caller.ts'
import type { Method, Route } from './route.ts'
import { allowedMethods, RouteTable, routeFor } from './route-table.ts'

const route = (method: Method, pattern: string): Route => ({
  method,
  pattern,
  guard: () => ANONYMOUS_CALLER,
  clientStyleOf: () => 'claude',
  handler: () => ({ status: 200, headers: {}, body: null }),
  allowBrowsers: true,
})

function tableOf(...routes: readonly (readonly [Method, string])[]): RouteTable {
  const table = new RouteTable()
  for (const [method, pattern] of routes) table.add(route(method, pattern))
  return table
}

const table = tableOf(
  ['GET', '/models'],
  ['GET', '/models/:id{.+}'],
  ['GET', '/models/count'],
  ['POST', '/messages'],
  ['POST', '/messages/batches'],
  ['GET', '/messages/batches'],
  ['GET', '/messages/batches/:id'],
  ['DELETE', '/messages/batches/:id'],
  ['GET', '/messages/batches/:id/results'],
  ['POST', '/messages/batches/:id/cancel'],
  ['GET', '/workspaces/:workspace/members/:user'],
  ['GET', '/workspaces/default/limits'],
)

describe('RouteTable.find', () => {
  it.each([
    ['/models', '/models', {}],
    ['/models/count', '/models/count', {}],
    ['/models/a', '/models/:id{.+}', { id: 'a' }],
    ['/models/a/b', '/models/:id{.+}', { id: 'a/b' }],
    ['/models/a%2Fb', '/models/:id{.+}', { id: 'a/b' }],
    ['/models/count/', '/models/:id{.+}', { id: 'count/' }],
    ['/messages/batches', '/messages/batches', {}],
    ['/messages/batches/b1', '/messages/batches/:id', { id: 'b1' }],
    ['/messages/batches/a%2Fb', '/messages/batches/:id', { id: 'a/b' }],
    ['/messages/batches/a%2Fb/results', '/messages/batches/:id/results', { id: 'a/b' }],
    ['/messages/batches/%zz', '/messages/batches/:id', { id: '%zz' }],
    ['/messages/batches/:id', '/messages/batches/:id', { id: ':id' }],
    ['/workspaces/w/members/u', '/workspaces/:workspace/members/:user', { workspace: 'w', user: 'u' }],
    // A literal segment that leads nowhere does not hide a name beside it.
    [
      '/workspaces/default/members/u',
      '/workspaces/:workspace/members/:user',
      { workspace: 'default', user: 'u' },
    ],
  ])('finds %s', (path, pattern, params) => {
    expect(table.find(path)).toMatchObject({ pattern, params })
  })

  it.each([
    '',
    '/',
    'models',
    '/models/',
    '/models/a\nb',
    '/Models',
    '/modelsa',
    '/messages/',
    '/messages/batches/',
    '/messages/batches//results',
    '/messages/batches/a/b',
    '/messages/batches/a\nb',
    '/messages/batches/a/results/',
    '/workspaces/default',
    '__proto__',
    '/__proto__',
    '/constructor',
  ])('finds nothing for %j', (path) => {
    expect(table.find(path)).toBeNull()
  })

  it('finds what a search through all patterns finds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(patternText, { maxLength: 12 }), pathText, (patterns, path) => {
        const routes = patterns.map((pattern) => ['GET', pattern] as const)
        const found = tableOf(...routes).find(path)
        const expected = bestOf(patterns.filter((pattern) => expressionOf(pattern).test(path)))
        expect(found?.pattern).toBe(expected)
        if (expected !== undefined) {
          expect(found?.params).toEqual({ ...expressionOf(expected).exec(path)?.groups })
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it('gives back any id that was written into a path', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
        fc.pre(/^.+$/.test(id))
        const path = `/messages/batches/${encodeURIComponent(id)}/results`
        expect(table.find(path)).toMatchObject({ pattern: '/messages/batches/:id/results', params: { id } })
      }),
    )
  })
})

describe('RouteTable.add', () => {
  it('refuses two routes of one method and pattern', () => {
    expect(() => tableOf(['GET', '/a/:id'], ['GET', '/a/:id'])).toThrow('GET /a/:id has two routes')
  })

  it('refuses two names for one segment, and a rest that is not the end', () => {
    expect(() => tableOf(['GET', '/a/:id'], ['GET', '/a/:name/b'])).toThrow(':name')
    expect(() => tableOf(['GET', '/a/:id{.+}/b'])).toThrow('not its end')
  })
})

describe('the methods of a path', () => {
  it.each([
    ['/models', 'GET, HEAD'],
    ['/messages', 'POST'],
    ['/messages/batches', 'POST, GET, HEAD'],
    ['/messages/batches/b1', 'GET, HEAD, DELETE'],
  ])('are listed for %s', (path, allow) => {
    const found = table.find(path)
    expect(found && allowedMethods(found)).toBe(allow)
  })

  it('find their route, HEAD that of GET', () => {
    const found = table.find('/messages/batches')
    if (found === null) throw new Error('no route')
    expect(routeFor(found, 'POST')?.method).toBe('POST')
    expect(routeFor(found, 'GET')?.method).toBe('GET')
    expect(routeFor(found, 'HEAD')?.method).toBe('GET')
    for (const method of ['DELETE', 'OPTIONS', 'get', '', '__proto__']) {
      expect(routeFor(found, method)).toBeUndefined()
    }
  })
})

/** Patterns over few segments, so that many fit one path. A name is that of its place, as patterns must agree on it. */
const patternText = fc
  .tuple(fc.array(fc.constantFrom('a', 'b', ':'), { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([segments, hasRest]) => {
    const named = segments.map((segment, index) => (segment === ':' ? `:n${index}` : segment))
    return `/${[...named, ...(hasRest ? [`:r${segments.length}{.+}`] : [])].join('/')}`
  })
const pathText = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 5 })
  .map((segments) => `/${segments.join('/')}`)

function expressionOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/:(\w+)\{\.\+\}|:(\w+)/g, (_, rest, name) =>
    rest === undefined ? `(?<${name}>[^/]+)` : `(?<${rest}>.+)`,
  )
  return new RegExp(`^${source}$`)
}

/** Segment by segment a literal goes before a name, and a name before the rest. */
function bestOf(patterns: readonly string[]): string | undefined {
  const rank = (pattern: string) =>
    pattern
      .split('/')
      .map((segment) => (segment.endsWith('}') ? '2' : segment.startsWith(':') ? '1' : '0'))
      .join('')
  return patterns.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0]
}

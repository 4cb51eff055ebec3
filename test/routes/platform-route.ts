import type { Method } from '../../src/http/route.ts'
import { CLAUDE_ERRORS } from './claude-errors.ts'
import type { ErrorForm } from './completing-route.ts'
import type { Fields } from './growable-fields.ts'

/** A route that only a server with a state has. */
export interface PlatformRoute {
  readonly name: string
  readonly method: Method
  /** As the server's table has it. */
  readonly pattern: string
  /** The pattern with a value for each of its names. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Bodies that together have every field of the route in every form; none for a route that reads none. */
  readonly bodies: readonly Fields[]
  /** Queries that together have every parameter of the route. */
  readonly queries: readonly string[]
  readonly errors: ErrorForm
}

/** The declared keys of a server with these routes. */
export const [PLATFORM_KEY, PLATFORM_ADMIN_KEY] = ['K', 'sk-ant-admin-K']
/** The value of a name in a path: there is no such account, batch or limit. */
const NO_ID = 'none_1'

/** Routes of this server that API keys open. */
const OF_CLIENTS = /\/batches$|^\/continuo\/prompts/

export function get(pattern: string, ...queries: string[]): PlatformRoute {
  return routeOf('GET', pattern, [], queries)
}

export function post(pattern: string, ...bodies: Fields[]): PlatformRoute {
  return routeOf('POST', pattern, bodies, [])
}

export function remove(pattern: string): PlatformRoute {
  return routeOf('DELETE', pattern, [], [])
}

export function removeAll(pattern: string, query: string): PlatformRoute {
  return routeOf('DELETE', pattern, [], [query])
}

function routeOf(
  method: Method,
  pattern: string,
  bodies: readonly Fields[],
  queries: readonly string[],
): PlatformRoute {
  const isOfAdmins =
    pattern.startsWith('/v1/organizations') || (pattern.startsWith('/continuo') && !OF_CLIENTS.test(pattern))
  const key = isOfAdmins ? PLATFORM_ADMIN_KEY : PLATFORM_KEY
  return {
    name: `${method} ${pattern}`,
    method,
    pattern,
    path: pattern.replaceAll(/:\w+/g, NO_ID),
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    bodies,
    queries,
    errors: CLAUDE_ERRORS,
  }
}

import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { fetchFrom } from '../../src/http/fetch-from.ts'
import type { ApiRules } from '../../src/wire/api-rules.ts'
import { type FullContinuo, openFullContinuo } from '../full-continuo.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { type Fields, jsonOf } from '../routes/growable-fields.ts'
import { MESSAGES_ROUTE } from '../routes/messages-routes.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import type { PlatformRoute } from '../routes/platform-route.ts'
import { PLATFORM_ROUTES } from '../routes/platform-routes.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp } from '../start-scripted-server.ts'
import { EMBEDDED_MODEL } from '../steady-server.ts'
import { unfilledKeys, type WireSchema } from './wire-schemas.ts'

// What is grown by other tests, fuzzed and sent by the soak, is all that the server reads: a field or a parameter that is
// added to it must be added to `test/routes/`.

const { schemas, choices } = vi.hoisted(() => ({
  schemas: [] as WireSchema[],
  /** By where a value has one of several types: whether some body had that type there. */
  choices: new Map<string, Map<string, boolean>>(),
}))
vi.mock(import('zod'), async (load) => {
  const { watchedZod } = await import('./wire-schemas.ts')
  return watchedZod(await load(), schemas)
})
vi.mock(import('../../src/wire/messages/type-of.ts'), async (load) => {
  const { typeOf } = await load()
  return {
    typeOf<const Type extends string>(value: unknown, types: readonly Type[], place: string): Type {
      const where = place.replaceAll(/\.\d+/g, '[]')
      const seen = choices.get(where) ?? new Map(types.map((type) => [type, false]))
      choices.set(where, seen)
      const type = typeOf(value, types, place)
      seen.set(type, true)
      return type
    },
  }
})

const engine = new ScriptedEngine({ steps: [{ ends: 'end-of-generation' }] })
const LENIENT = { ignoreServerTools: true, allowImageUrls: true }

let full: FullContinuo
beforeAll(async () => {
  full = await openFullContinuo()
})
afterAll(() => full.close())
afterEach(() => vi.restoreAllMocks())

function fetchOf(rules: Partial<ApiRules>) {
  return fetchFrom(createScriptedApp(engine, { rules }).app.handle)
}

type Fetch = ReturnType<typeof fetchOf>

async function send(fetch: Fetch, route: PlatformRoute | Sent, query: string, body?: Fields): Promise<void> {
  const { method = 'POST', path, headers } = route
  const response = await fetch(`http://continuo${path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: jsonOf(body) }),
  })
  await response.text()
  // Nothing is read of such a request.
  expect([401, 403, 429]).not.toContain(response.status)
  engine.requests.length = 0
}

interface Sent {
  readonly method?: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Refused wherever they are; some bodies have each of them in a message. */
const REFUSED_SOURCES = ['base64', 'file', 'url']

it('knows every field of every body, wherever it is', { timeout: 60_000 }, async () => {
  for (const fetch of [fetchOf(LENIENT), fetchOf({ ...LENIENT, strictRequests: true })]) {
    for (const route of COMPLETING_ROUTES) {
      for (const body of route.richBodies(EMBEDDED_MODEL)) await send(fetch, route, '', body)
    }
    for (const route of PLAIN_ROUTES) {
      const { body, growable } = route
      if (body === undefined) continue
      const bodies = growable === MESSAGES_ROUTE.growable ? MESSAGES_ROUTE.richBodies(EMBEDDED_MODEL) : [body]
      for (const { max_tokens: _, ...rest } of bodies) await send(fetch, route, '', rest)
    }
  }
  for (const route of PLATFORM_ROUTES) {
    for (const body of route.bodies) await send(full.continuo.fetch, route, '', body)
  }
  expect(schemas.length).toBeGreaterThan(60)
  expect(unfilledKeys(schemas)).toEqual([])
  const unseen = [...choices].flatMap(([where, types]) =>
    [...types].flatMap(([type, isSeen]) => (isSeen ? [] : [`${where}: ${type}`])),
  )
  expect(unseen.filter((choice) => !isRefusedInside(choice))).toEqual([])
})

/** A source that is refused in a message needs no body of its own with it in a document or a result. */
function isRefusedInside(choice: string): boolean {
  const [where = '', type = ''] = choice.split(': ')
  return (
    where.split('.source').length + where.split('.tool_result').length > 3 && REFUSED_SOURCES.includes(type)
  )
}

it('knows every parameter of every query', { timeout: 60_000 }, async () => {
  const read = new Set<string>()
  for (const method of ['get', 'getAll', 'has'] as const) {
    const original = URLSearchParams.prototype[method] as (name: string) => unknown
    vi.spyOn(URLSearchParams.prototype, method).mockImplementation(function (
      this: URLSearchParams,
      name: string,
    ) {
      read.add(name)
      return original.call(this, name) as never
    })
  }
  const unfilled: string[] = []
  for (const route of [...PLATFORM_ROUTES, ...PLAIN_ROUTES]) {
    read.clear()
    const queries = [...(route.queries ?? []), '']
    const body = 'bodies' in route ? route.bodies[0] : route.body
    for (const query of queries) await send(full.continuo.fetch, route, query, body)
    const filled = new Set(queries.flatMap((query) => query.split('&').map(nameOf)))
    for (const name of read) if (!filled.has(nameOf(name))) unfilled.push(`${route.name}: ${name}`)
  }
  expect(unfilled).toEqual([])
})

/** The name of a parameter, sent as `name[]=…` or `name=…`. */
function nameOf(parameter: string): string {
  return /^[^=[]*/.exec(parameter)?.[0] ?? ''
}

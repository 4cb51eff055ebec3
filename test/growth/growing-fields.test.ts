import { describe, expect, it, vi } from 'vitest'
import { fetchFrom } from '../../src/http/fetch-from.ts'
import type { ApiRules } from '../../src/wire/api-rules.ts'
import { expectLinearCost } from '../cost-growth.ts'
import type { CompletingRoute } from '../routes/completing-route.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { jsonOf } from '../routes/growable-fields.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp } from '../start-scripted-server.ts'
import { EMBEDDED_MODEL } from '../steady-server.ts'
import { grownFields, grownPairs } from './grown-fields.ts'
import { unfilledKeys, type WireSchema } from './wire-schemas.ts'

// Every field of every body, however deep, and every two lists, filled with more and more: what it costs grows as it does.

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
const lenientFetch = fetchOf(LENIENT)

function fetchOf(rules: Partial<ApiRules>) {
  return fetchFrom(createScriptedApp(engine, { rules }).app.handle)
}

async function post({ path, headers }: CompletingRoute, body: string, fetch = lenientFetch): Promise<void> {
  const response = await fetch(`http://continuo${path}`, { method: 'POST', headers, body })
  await response.text()
  engine.requests.length = 0
}

/** Refused wherever they are; some bodies have each of them in a message. */
const REFUSED_SOURCES = ['base64', 'file', 'url']

it('knows every field of every body, wherever it is', async () => {
  const fetches = [lenientFetch, fetchOf({ ...LENIENT, strictRequests: true })]
  for (const fetch of fetches) {
    for (const route of COMPLETING_ROUTES) {
      for (const body of route.richBodies(EMBEDDED_MODEL)) await post(route, jsonOf(body), fetch)
    }
  }
  expect(schemas.length).toBeGreaterThan(40)
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

describe.each(COMPLETING_ROUTES.map((route) => [route.name, route] as const))('%s', (_, route) => {
  const bodies = route.richBodies(EMBEDDED_MODEL)
  const run = (body: string) => post(route, body)

  const grown = [...grownFields(bodies), ...grownPairs(bodies)]
  it.each(grown.map((field) => [field.what, field] as const))('%s', async (_name, { bodyOf, size }) => {
    await expectLinearCost({ make: (count) => jsonOf(bodyOf(count)), run }, size)
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { fetchFrom } from '../../src/http/fetch-from.ts'
import { expectLinearCost } from '../cost-growth.ts'
import type { CompletingRoute } from '../routes/completing-route.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { jsonOf } from '../routes/growable-fields.ts'
import { withKeptItem } from '../routes/responses-bodies.ts'
import { RESPONSES_ROUTE } from '../routes/responses-route.ts'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp } from '../start-scripted-server.ts'
import { EMBEDDED_MODEL } from '../steady-server.ts'
import { grownFields, grownPairs } from './grown-fields.ts'

// Every field of every body, however deep, and every two lists, filled with more and more: what it costs grows as it does.

const engine = new ScriptedEngine({ steps: ['Hi', { ends: 'end-of-generation' }] })
const rules = { ignoreServerTools: true, allowImageUrls: true }
const fetch = fetchFrom(createScriptedApp(engine, { rules }).app.handle)

async function post({ path, headers }: Pick<CompletingRoute, 'path' | 'headers'>, body: string) {
  const response = await fetch(`http://continuo${path}`, { method: 'POST', headers, body })
  const text = await response.text()
  engine.requests.length = 0
  return { status: response.status, text }
}

let keptItem = ''
beforeAll(async () => {
  const { text } = await post(RESPONSES_ROUTE, JSON.stringify({ model: EMBEDDED_MODEL, input: 'Hi' }))
  keptItem = JSON.parse(text).output[0].id
})

it('refers to an item that is kept', async () => {
  const bodies = RESPONSES_ROUTE.richBodies(EMBEDDED_MODEL).map((body) => jsonOf(body))
  const referring = bodies.filter((body) => body.includes('item_reference'))
  expect(referring.length).toBeGreaterThan(0)
  for (const body of referring) {
    expect(await post(RESPONSES_ROUTE, withKeptItem(body, keptItem))).toMatchObject({ status: 200 })
  }
})

describe.each(COMPLETING_ROUTES.map((route) => [route.name, route] as const))('%s', (_, route) => {
  const bodies = route.richBodies(EMBEDDED_MODEL)
  const run = (body: string) => post(route, body)

  const grown = [...grownFields(bodies), ...grownPairs(bodies)]
  it.each(grown.map((field) => [field.what, field] as const))('%s', async (_name, { bodyOf, size }) => {
    await expectLinearCost({ make: (count) => withKeptItem(jsonOf(bodyOf(count)), keptItem), run }, size)
  })
})

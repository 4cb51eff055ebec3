import { describe, expect, it } from 'vitest'
import { ScriptedEngine } from '../scripted-engine.ts'
import { createScriptedApp, type ScriptedSettings } from '../start-scripted-server.ts'

type Json = Readonly<Record<string, unknown>>

function start(settings: ScriptedSettings = {}) {
  const engine = new ScriptedEngine({ steps: ['Hello.', { ends: 'end-of-generation' }] })
  const { app, usageRecords } = createScriptedApp(engine, { apiKeys: ['K', 'L'], ...settings })
  const respond = async (body: object, key = 'K') => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify({ model: 'claude-2', ...body }) }
    const response = await app.fetch('http://continuo/v1/responses', init)
    return { status: response.status, body: (await response.json()) as Json }
  }
  return { app, engine, respond, usageRecords }
}

function referTo(body: Json): object {
  const [{ id } = { id: '' }] = body.output as { id: string }[]
  const question = { role: 'user', content: 'Hi' }
  return { input: [question, { type: 'item_reference', id }, question] }
}

describe('POST /v1/responses', () => {
  it('responds, and records what it used', async () => {
    const { respond, usageRecords } = start()
    expect(await respond({ input: 'Hi' })).toMatchObject({ status: 200, body: { object: 'response' } })
    expect(usageRecords).toMatchObject([{ api: 'openai-responses', outcome: 'end-of-generation' }])
  })

  it('knows the items of earlier responses by their ids, for the key that received them', async () => {
    const { respond, engine } = start()
    const first = await respond({ input: 'Hi' })
    const asked = referTo(first.body)
    expect((await respond(asked)).status).toBe(200)
    expect(engine.requests[1]?.prompt.turns[1]?.parts).toEqual([{ type: 'text', text: 'Hello.' }])
    const refused = { status: 400, body: { error: { message: expect.stringContaining('does not keep') } } }
    expect(await respond(asked, 'L')).toMatchObject(refused)
    const unstored = await respond({ input: 'Hi', store: false })
    expect(await respond(referTo(unstored.body))).toMatchObject(refused)
  })

  it('charges an item to the memory of requests each time that one names it', async () => {
    const { respond } = start({ maxRequestMemoryBytes: 16 * 1024 * 1024 })
    const { body } = await respond({ input: 'Hi' })
    const [{ id } = { id: '' }] = body.output as { id: string }[]
    const naming = (times: number) => ({
      input: [{ role: 'user', content: 'Hi' }, ...Array(times).fill({ type: 'item_reference', id })],
    })
    expect((await respond(naming(2))).status).toBe(200)
    expect((await respond(naming(20_000))).status).toBe(529)
  })

  it('has errors in OpenAI’s form', async () => {
    const { app, respond } = start()
    expect(await respond({ input: 'Hi' }, 'wrong')).toMatchObject({
      status: 401,
      body: { error: { code: 'authentication_error', type: 'invalid_request_error', param: null } },
    })
    const headers = { authorization: 'Bearer K' }
    const response = await app.fetch('http://continuo/v1/responses/resp_1', { headers })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'not_found_error' } })
  })
})

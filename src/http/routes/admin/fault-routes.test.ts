import { describe, expect, it } from 'vitest'
import { ScriptedEngine } from '../../../../test/scripted-engine.ts'
import { createScriptedApp } from '../../../../test/start-scripted-server.ts'
import { FaultList, MAX_FAULTS } from '../../../faults/fault-list.ts'
import { faultRoutes } from './fault-routes.ts'

function open() {
  const list = new FaultList()
  const admin = {
    routes: faultRoutes(list),
    roleOf: async () => null,
    admit: async () => undefined,
    setUpLink: null,
  }
  const engine = new ScriptedEngine({ steps: ['Hi', { ends: 'end-of-generation' }] })
  const faults = { list, header: false }
  const { app } = createScriptedApp(engine, { faults, admin, adminKeys: ['ADMIN'] })
  return async (method: string, path: string, body?: object, key = 'ADMIN') => {
    const response = await app.fetch(`http://x${path}`, {
      method,
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
}

const QUESTION = { model: 'claude-2.1', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] }

describe('/continuo/faults', () => {
  it('adds, lists and removes faults, which strike at once', async () => {
    const call = open()
    const added = await call('POST', '/continuo/faults', {
      fault: 'overloaded',
      when: { path: '/v1/messages' },
      times: 1,
      retry_after_seconds: 2,
    })
    expect(added).toMatchObject({
      status: 200,
      body: { type: 'fault', fault: 'overloaded', times: 1, struck_count: 0, retry_after_seconds: 2 },
    })
    expect((await call('POST', '/v1/messages', QUESTION, 'K')).status).toBe(529)
    expect((await call('POST', '/v1/messages', QUESTION, 'K')).status).toBe(200)
    const listed = await call('GET', '/continuo/faults')
    expect(listed.body).toEqual({ data: [{ ...added.body, struck_count: 1 }] })
    expect((await call('DELETE', `/continuo/faults/${added.body.id}`)).body).toMatchObject({ deleted: 1 })
    expect((await call('GET', '/continuo/faults')).body).toEqual({ data: [] })
  })

  it('removes those of one test alone', async () => {
    const call = open()
    for (const test of ['a', 'a', 'b'])
      await call('POST', '/continuo/faults', { fault: 'failed', when: { test } })
    expect((await call('DELETE', '/continuo/faults?test=a')).body).toMatchObject({ deleted: 2 })
    expect((await call('DELETE', '/continuo/faults')).body).toMatchObject({ deleted: 1 })
  })

  it('is for admin keys, and refuses what is wrong by its place', async () => {
    const call = open()
    expect((await call('POST', '/continuo/faults', { fault: 'failed' }, 'K')).status).toBe(403)
    const wrong = [
      [{ fault: 'nothing' }, 'fault: Input should be one of'],
      [{ fault: 'failed', when: { share: 2 } }, 'when.share: '],
      [{ fault: 'failed', wait_ms: 1 }, 'wait_ms: failed has the options message'],
      [{ fault: 'failed', other: 1 }, 'other: Extra inputs are not permitted'],
    ] as const
    for (const [body, message] of wrong) {
      const refused = await call('POST', '/continuo/faults', body)
      expect(refused.status).toBe(400)
      expect(JSON.stringify(refused.body)).toContain(message)
    }
  })

  it('keeps a limited number', async () => {
    const call = open()
    for (let count = 0; count < MAX_FAULTS; count++)
      await call('POST', '/continuo/faults', { fault: 'failed' })
    const refused = await call('POST', '/continuo/faults', { fault: 'failed' })
    expect(refused.status).toBe(400)
  })
})

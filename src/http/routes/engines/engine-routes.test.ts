import { describe, expect, it } from 'vitest'
import { sendFromConsole } from '../../../../test/console-request.ts'
import { ScriptedEngine } from '../../../../test/scripted-engine.ts'
import { createScriptedApp, TEST_ORGANIZATION_ID } from '../../../../test/start-scripted-server.ts'
import type { EngineStatus } from '../../../wire/engines/engine-body.ts'
import type { ConsoleApi } from '../console/console-user-route.ts'

const LOCAL: EngineStatus = {
  ...{ name: 'local', modelId: 'small', description: 'a model', state: 'ready', isOnDemand: false },
  contextWindowTokens: 4_096,
  sequenceLoad: { busySequences: 1, maxSequences: 4, queuedRequests: 2, maxQueuedRequests: 64 },
  details: [{ title: 'runs on', text: '2 threads' }],
}
const LARGE: EngineStatus = {
  ...{ name: 'large', modelId: 'large', description: 'another', state: 'unloaded', isOnDemand: true },
  ...{ contextWindowTokens: null, sequenceLoad: null, details: [] },
}

function appWith({ isBusy = false } = {}) {
  const calls: string[] = []
  const console: ConsoleApi = {
    organization: { id: TEST_ORGANIZATION_ID, name: 'An organization' },
    features: {
      state: false,
      batches: false,
      files: false,
      skills: false,
      recordings: false,
      metrics: false,
    },
    ...{ sessions: null, logins: null, prompts: null },
    workspacesOf: async () => [],
    loginWays: async () => ({ password: false, oidc: null, needsSetUp: false }),
    engines: {
      list: () => [LOCAL, LARGE],
      load: (name) => void calls.push(`load ${name}`),
      async unload(name) {
        if (!isBusy) calls.push(`unload ${name}`)
        return !isBusy
      },
    },
  }
  const admin = { routes: [], roleOf: async () => null, admit: async () => undefined, setUpLink: null }
  const { app } = createScriptedApp(new ScriptedEngine({ steps: [] }), {
    ...{ apiKeys: [], access: 'open', console, admin },
  })
  const send = (path: string, body?: object) =>
    sendFromConsole(app, { path: `/continuo/engines${path}`, ...(body === undefined ? {} : { body }) })
  return { send, calls, app }
}

describe('the routes of engines', () => {
  it('list them with their models and how busy they are', async () => {
    const { status, body } = await appWith().send('')
    expect([status, body.data]).toEqual([
      200,
      [
        {
          ...{ type: 'engine', name: 'local', model_id: 'small', description: 'a model', state: 'ready' },
          ...{ is_on_demand: false, context_window_tokens: 4_096 },
          sequences: { busy: 1, max: 4, queued_requests: 2, max_queued_requests: 64 },
          details: [{ title: 'runs on', text: '2 threads' }],
        },
        {
          ...{ type: 'engine', name: 'large', model_id: 'large', description: 'another', state: 'unloaded' },
          ...{ is_on_demand: true, context_window_tokens: null, sequences: null, details: [] },
        },
      ],
    ])
  })

  it('load and unload a model that is loaded when it is asked for', async () => {
    const { send, calls } = appWith()
    expect((await send('/large/load', {})).body).toMatchObject({ type: 'engine', name: 'large' })
    expect((await send('/large/unload', {})).status).toBe(200)
    expect(calls).toEqual(['load large', 'unload large'])
  })

  it('leave other models, and busy ones, as they are', async () => {
    const { send, calls } = appWith({ isBusy: true })
    expect((await send('/local/unload', {})).body.error.message).toMatch(/^The model of local stays loaded/)
    expect((await send('/large/unload', {})).body.error.message).toMatch(/^The model of large is busy/)
    expect((await send('/none/load', {})).status).toBe(404)
    expect(calls).toEqual([])
  })

  it('are closed to pages of others', async () => {
    const { app, calls } = appWith()
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }
    const asked = { path: '/continuo/engines/large/load', body: {}, headers }
    expect((await sendFromConsole(app, asked)).status).toBe(401)
    expect(calls).toEqual([])
  })
})

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
  ...{ isAdded: false, requestsInFlight: null, download: null, loadedAtMs: 0 },
  model: {
    ...{ trainedContextTokens: 8_192, parameters: 7e6, quantization: 'Q8_0', fileBytes: 8e6 },
    ...{ memoryBytes: 2e8, maxMemoryBytes: 3e8, threads: 2 },
  },
  details: [{ title: 'runs on', text: '2 threads' }],
}
const LARGE: EngineStatus = {
  ...{ name: 'large', modelId: 'large', description: 'another', state: 'unloaded', isOnDemand: true },
  ...{ contextWindowTokens: null, sequenceLoad: null, details: [], isAdded: false },
  ...{ requestsInFlight: null, model: null, loadedAtMs: null, download: null },
}
const DOWNLOAD: EngineStatus = {
  ...LARGE,
  ...{ name: 'hf:owner/model', modelId: 'hf:owner/model', state: 'downloading', isAdded: true },
  download: { bytes: 5, totalBytes: 10, error: null },
}

function appWith({ isBusy = false } = {}) {
  const calls: string[] = []
  let isDownloading = false
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
      list: () => [LOCAL, LARGE, ...(isDownloading ? [DOWNLOAD] : [])],
      async add(model) {
        calls.push(`add ${model}`)
        isDownloading = true
        return DOWNLOAD.name
      },
      dismiss(name) {
        if (name !== DOWNLOAD.name) return false
        isDownloading = false
        return true
      },
      load: (name) => void calls.push(`load ${name}`),
      async unload(name, { isForced }) {
        if (!isBusy || isForced) calls.push(`unload ${name}`)
        return !isBusy || isForced
      },
    },
  }
  const admin = { routes: [], roleOf: async () => null, admit: async () => undefined, setUpLink: null }
  const { app } = createScriptedApp(new ScriptedEngine({ steps: [] }), {
    ...{ apiKeys: [], access: 'open', console, admin },
  })
  const send = (path: string, body?: object) =>
    sendFromConsole(app, { path: `/continuo/engines${path}`, ...(body === undefined ? {} : { body }) })
  const remove = (path: string) =>
    sendFromConsole(app, { method: 'DELETE', path: `/continuo/engines${path}` })
  return { send, remove, calls, app }
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
          ...{ is_added: false, requests_in_flight: null, download: null },
          loaded_at: '1970-01-01T00:00:00.000Z',
          model: {
            ...{ trained_context_tokens: 8_192, parameters: 7e6, quantization: 'Q8_0', file_bytes: 8e6 },
            ...{ memory_bytes: 2e8, max_memory_bytes: 3e8, threads: 2 },
          },
          details: [{ title: 'runs on', text: '2 threads' }],
        },
        {
          ...{ type: 'engine', name: 'large', model_id: 'large', description: 'another', state: 'unloaded' },
          ...{ is_on_demand: true, context_window_tokens: null, sequences: null, details: [] },
          ...{ is_added: false, requests_in_flight: null, model: null, loaded_at: null, download: null },
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

  it('unload a busy model if that is forced', async () => {
    const { send, calls } = appWith({ isBusy: true })
    expect((await send('/large/unload?force=true', {})).status).toBe(200)
    expect(calls).toEqual(['unload large'])
  })

  it('add a model, show its download, and cancel that', async () => {
    const { send, remove, calls } = appWith()
    const added = await send('', { model: ' hf:owner/model ' })
    expect(added.body).toMatchObject({
      ...{ name: 'hf:owner/model', state: 'downloading', is_added: true },
      download: { bytes: 5, total_bytes: 10, error: null },
    })
    expect(calls).toEqual(['add hf:owner/model'])
    expect((await send('', { model: 5 })).status).toBe(400)
    for (const model of ['', '  ', 'm'.repeat(5_000)]) expect((await send('', { model })).status).toBe(400)
    expect((await send('', {})).status).toBe(400)
    const path = `/${encodeURIComponent('hf:owner/model')}`
    expect((await remove(path)).body).toEqual({ type: 'engine_deleted', name: 'hf:owner/model' })
    expect((await remove(path)).status).toBe(404)
    expect((await remove('/large')).body.error.message).toMatch(/^large stays/)
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

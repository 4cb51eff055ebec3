import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendFromConsole } from '../../../../test/console-request.ts'
import { ScriptedEngine } from '../../../../test/scripted-engine.ts'
import { createScriptedApp, TEST_ORGANIZATION_ID } from '../../../../test/start-scripted-server.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import { recordedEngines } from '../../../compose/recorded-engines.ts'
import { RecordingEngine } from '../../../recordings/recording-engine.ts'
import { ReplayEngine } from '../../../recordings/replay-engine.ts'
import { RECORDING_SCHEMA } from '../../../recordings/settings.ts'
import type { ConsoleApi } from '../console/console-user-route.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-recordings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ALL_FEATURES = { state: false, batches: false, files: false, skills: false, metrics: false }
const ADMIN = { routes: [], roleOf: async () => null, admit: async () => undefined, setUpLink: null }

class Recordable extends ScriptedEngine {
  readonly isReady = true
  readonly isUnresponsive = false
  readonly description = 'a script'
  async close(): Promise<void> {}
}

async function open() {
  const { mode: _, ...settings } = RECORDING_SCHEMA.parse({ folder })
  const inner = new Recordable({
    steps: (request: CompletionRequest) => [
      `You said ${request.prompt.text.length}`,
      { ends: 'end-of-generation' },
    ],
  })
  const engine = await RecordingEngine.open(inner, {
    ...{ mode: 'record-missing', settings, version: '1.0.0', onWarning() {} },
  })
  const player = await ReplayEngine.open({ ...settings, folder: join(folder, 'none') })
  const engines = new Map<string, RecordingEngine<never> | ReplayEngine>([
    ['default', engine as unknown as RecordingEngine<never>],
    ['player', player],
  ])
  const console: ConsoleApi = {
    organization: { id: TEST_ORGANIZATION_ID, name: 'An organization' },
    features: { ...ALL_FEATURES, recordings: true },
    ...{ sessions: null, logins: null, prompts: null, engines: null },
    recordings: () => recordedEngines({ engines }),
    workspacesOf: async () => [],
    loginWays: async () => ({ password: false, oidc: null, needsSetUp: false }),
  }
  const { app } = createScriptedApp(engine, { apiKeys: [], access: 'open', console, admin: ADMIN })
  const send = (path: string, options: { method?: string; body?: object } = {}) =>
    sendFromConsole(app, { path: `/continuo${path}`, ...options })
  const ask = (content: string, test = 'one') =>
    sendFromConsole(app, {
      path: '/v1/messages',
      headers: { 'x-continuo-test': test },
      body: { model: 'claude-2.1', max_tokens: 9, messages: [{ role: 'user', content }] },
    })
  return { app, send, ask }
}

describe('the routes of recordings', () => {
  it('list recordings page by page, the newest first, each with its sizes and plays', async () => {
    const { send, ask } = await open()
    for (const content of ['One', 'Two', 'Three']) await ask(content)
    await ask('Two', 'another')
    const ids: string[] = []
    let page = ''
    do {
      const { body } = await send(`/recordings?limit=1${page}`)
      expect(body.data).toHaveLength(1)
      ids.push(body.data[0].id)
      page = body.next_page === null ? '' : `&page=${body.next_page}`
    } while (page !== '')
    expect(ids.toSorted()).toEqual(readdirSync(folder).toSorted())
    const { body } = await send('/recordings?text=TWO&model=claude-2.1&engine=default')
    expect(body.data).toEqual([
      {
        ...{ type: 'recording', id: expect.stringMatching(/^two-.*-1\.json$/), engine: 'default' },
        ...{ model: 'claude-2.1', kind: 'conversation', ordinal: 1, turns: 1, plays: 1 },
        ...{ recorded_at: expect.any(String), recorded_by: 'continuo 1.0.0, a script' },
        ...{ size_bytes: expect.any(Number), prompt_tokens: expect.any(Number) },
        ...{ output_tokens: 1, total_ms: expect.any(Number), stop_reason: 'end-of-generation' },
        error_code: null,
      },
    ])
    expect((await send('/recordings?engine=player')).body).toEqual({ data: [], next_page: null })
  })

  it('show one with its request and response, and delete it with its file', async () => {
    const { send, ask } = await open()
    await ask('Hello')
    const { body } = await send('/recordings')
    const path = `/recordings/default/${body.data[0].id}`
    const shown = (await send(path)).body
    expect(shown.request.turns).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }])
    expect(shown.response.parts[0].text).toMatch(/^You said/)
    expect((await send(path, { method: 'DELETE' })).body).toEqual({
      ...{ type: 'recording_deleted', id: body.data[0].id },
    })
    expect(readdirSync(folder)).toEqual([])
    expect((await send(path)).status).toBe(404)
    expect((await send('/recorded_engines')).body.data[0]).toMatchObject({ recordings: 0, size_bytes: 0 })
  })

  it('stop and start recording, and play on meanwhile', async () => {
    const { send, ask } = await open()
    await ask('Kept')
    const off = await send('/recorded_engines/default', { body: { is_recording: false } })
    expect(off.body).toMatchObject({ mode: 'record_missing', is_recording: false, can_record: true })
    expect((await ask('New')).status).toBe(200)
    expect(readdirSync(folder)).toHaveLength(1)
    await send('/recorded_engines/default', { body: { is_recording: true } })
    await ask('New')
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('refuse what is wrong, and read no other files', async () => {
    const { send } = await open()
    const refused = await send('/recorded_engines/player', { body: { is_recording: true } })
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      expect.stringMatching(/^player only plays/),
    ])
    expect((await send('/recorded_engines/default', { body: { is_recording: 'yes' } })).status).toBe(400)
    expect((await send('/recorded_engines/none', { body: { is_recording: true } })).status).toBe(404)
    expect((await send('/recordings/default/..%2F..%2Fpackage.json')).status).toBe(404)
    for (const page of ['page_x', 'x', 'page_WzFd']) {
      expect((await send(`/recordings?page=${page}`)).status).toBe(400)
    }
  })

  it('are for admins', async () => {
    const { app } = await open()
    for (const path of ['/continuo/recordings', '/continuo/recorded_engines']) {
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }
      expect((await sendFromConsole(app, { path, headers })).status).toBe(401)
    }
  })
})

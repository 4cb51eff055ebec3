import { expect, it } from 'vitest'
import { type AdminApp, openAdminApp } from '../../../test/admin-app.ts'
import { type ConsoleRequest, sendFromConsole } from '../../../test/console-request.ts'
import { describeOnDatabases, type TestDatabase } from '../../../test/databases.ts'
import { updateApiKey } from '../../accounts/api-key.ts'
import { createApiKey } from '../../accounts/create-api-key.ts'
import type { OrganizationRole } from '../../accounts/role.ts'
import { MAX_IDLE_MS, MAX_SESSION_MS } from '../../accounts/sessions.ts'
import { createUser, removeUser, signOutUser } from '../../accounts/user.ts'
import { createWorkspace } from '../../accounts/workspace.ts'
import { addWorkspaceMember } from '../../accounts/workspace-member.ts'

const ACTOR = { kind: 'command', id: '', principalId: null } as const
const MESSAGE = { model: 'claude-2.1', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] }
const WORKSPACES = '/v1/organizations/workspaces'

/** What changes something, and what completes something, as a page of an open server sends it. */
const CHANGE: ConsoleRequest = { path: WORKSPACES, body: { name: 'Made here' } }
const COMPLETION: ConsoleRequest = { path: '/v1/messages', body: MESSAGE }
const READING: ConsoleRequest = { path: '/v1/organizations/me' }

/** Requests that no page of this server sends. */
const FOREIGN: readonly (readonly [what: string, change: Partial<ConsoleRequest>])[] = [
  ['a page of another site', { headers: { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' } }],
  ['a page of another port', { headers: { 'sec-fetch-site': 'same-site', origin: 'http://localhost:5000' } }],
  ['a page without an origin', { headers: { 'sec-fetch-site': null, origin: 'null' } }],
  ['a foreign origin alone', { headers: { 'sec-fetch-site': null, origin: 'http://evil.example' } }],
  [
    'a name that was made to stand for this machine',
    { hosts: ['evil.example:8642'], headers: { origin: 'http://evil.example:8642' } },
  ],
  ['two names', { hosts: ['localhost:8642', 'evil.example:8642'] }],
  ['no name', { hosts: [], headers: { origin: null } }],
]

/** What reaches an open server, but not from this machine. */
const REMOTE: readonly (readonly [what: string, change: Partial<ConsoleRequest>])[] = [
  ['another machine', { remoteAddress: '192.168.0.7' }],
  ['an unknown address', { remoteAddress: null }],
  ['a proxy', { headers: { 'x-forwarded-for': '10.0.0.1' } }],
  ['a program that says nothing of a page', { headers: { 'sec-fetch-site': null, origin: null } }],
]

/** Forms of other sites can send these without asking. */
const FORMS = ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=a', null]

function changed(asked: ConsoleRequest, change: Partial<ConsoleRequest>): ConsoleRequest {
  return { ...asked, ...change, headers: { ...asked.headers, ...change.headers } }
}

async function openServer(database: TestDatabase, nowMs = Date.now): Promise<AdminApp> {
  return openAdminApp(await database.open(), { access: 'open', nowMs })
}

describeOnDatabases('the console of an open server', (database) => {
  it('opens everything to the one at this machine', async () => {
    const app = await openServer(database)
    for (const remoteAddress of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect((await sendFromConsole(app, { ...CHANGE, remoteAddress })).status).toBe(200)
    expect((await sendFromConsole(app, { path: '/continuo/audit_events' })).body.data[0].actor).toEqual({
      type: 'console',
      id: null,
    })
    expect((await sendFromConsole(app, COMPLETION)).body.content).toEqual([{ type: 'text', text: 'Hi' }])
    expect(app.usageRecords[0]?.caller).toMatchObject({
      apiKeyId: null,
      console: 'open',
      workspaceId: 'default',
    })
  })

  it('leaves programs their requests of the Admin API', async () => {
    const counted: string[] = []
    const admit = async (what: string) => void counted.push(what)
    const app = await openAdminApp(await database.open(), { access: 'open', admit })
    expect((await sendFromConsole(app, READING)).status).toBe(200)
    const invite = { path: '/v1/organizations/invites', body: { email: 'a@b.c', role: 'user' } }
    expect((await sendFromConsole(app, invite)).status).toBe(200)
    await app.call('GET', READING.path)
    expect(counted).toEqual(['invites', 'requests'])
  })

  it('counts completions to the workspace that is named', async () => {
    const app = await openServer(database)
    const { body } = await sendFromConsole(app, CHANGE)
    const inWorkspace = (id: string) => changed(COMPLETION, { headers: { 'anthropic-workspace-id': id } })
    expect((await sendFromConsole(app, inWorkspace(body.id))).status).toBe(200)
    expect(app.usageRecords[0]?.caller.workspaceId).toBe(body.id)
    expect((await sendFromConsole(app, inWorkspace('wrkspc_none'))).status).toBe(403)
  })

  it.each([...FOREIGN, ...REMOTE])('is closed to %s', async (_, change) => {
    const app = await openServer(database)
    for (const asked of [CHANGE, COMPLETION, READING]) {
      const { status } = await sendFromConsole(app, changed(asked, change))
      expect(status).toBeGreaterThanOrEqual(401)
      expect(status).toBeLessThan(500)
    }
    expect(app.usageRecords).toEqual([])
    const about = await sendFromConsole(app, changed({ path: '/continuo/console' }, change))
    if (about.status === 200)
      expect(about.body).toMatchObject({ is_signed_in: false, actions: [], workspaces: [] })
  })

  it.each(FORMS)('takes no change as %s', async (type) => {
    const app = await openServer(database)
    for (const asked of [CHANGE, COMPLETION]) {
      const { status } = await sendFromConsole(app, changed(asked, { headers: { 'content-type': type } }))
      expect(status).toBe(403)
    }
    expect((await sendFromConsole(app, { path: WORKSPACES })).body.data).toEqual([])
  })

  it('does not help a key that was revoked', async () => {
    const app = await openServer(database)
    const { key, secret } = await createApiKey(app.accounts, ACTOR, { kind: 'api', name: 'a' })
    await updateApiKey(app.accounts, ACTOR, { kind: 'api', id: key.id, status: 'archived' })
    for (const asked of [CHANGE, COMPLETION]) {
      const { status } = await sendFromConsole(app, changed(asked, { headers: { 'x-api-key': secret } }))
      expect(status).toBe(401)
    }
  })
})

async function logIn(app: AdminApp, role: OrganizationRole = 'admin') {
  const user = await createUser(app.accounts, ACTOR, { email: `${role}@b.c`, name: 'A', role })
  const cookie = `other=1; continuo=${await app.sessions.begin(user.id)}`
  const send = (asked: ConsoleRequest) =>
    sendFromConsole(app, changed({ ...asked }, { headers: { ...asked.headers, cookie } }))
  return { user, cookie, send }
}

describeOnDatabases('a login to the console', (database) => {
  const open = async (nowMs = Date.now) => openAdminApp(await database.open(), { nowMs })

  it('opens what the role of its user allows', async () => {
    const app = await open()
    const { user, send } = await logIn(app)
    expect((await send({ ...CHANGE, remoteAddress: '192.168.0.7' })).status).toBe(200)
    expect((await send({ path: '/continuo/audit_events' })).body.data[0].actor).toEqual({
      type: 'user',
      id: user.id,
    })
    expect((await send(COMPLETION)).status).toBe(200)
    expect(app.usageRecords[0]?.caller).toMatchObject({
      apiKeyId: null,
      console: 'session',
      actorId: user.id,
    })
    expect(app.usageRecords[0]?.caller.cacheScope).not.toBeNull()
  })

  it.each<[OrganizationRole, ConsoleRequest, number]>([
    ['user', COMPLETION, 200],
    ['user', { path: '/v1/models' }, 200],
    ['user', READING, 200],
    ['user', CHANGE, 403],
    ['user', { path: '/v1/organizations/api_keys' }, 403],
    ['user', { path: '/continuo/api_keys', body: { name: 'a' } }, 403],
    ['user', { path: '/v1/organizations/users' }, 403],
    ['developer', COMPLETION, 200],
    ['developer', { path: '/continuo/api_keys', body: { name: 'a' } }, 200],
    ['developer', { path: '/continuo/admin_keys', body: { name: 'a' } }, 403],
    ['developer', { path: '/continuo/users', body: { email: 'a@b.c', name: 'a', role: 'admin' } }, 403],
    ['billing', COMPLETION, 403],
    ['billing', { path: '/v1/organizations/api_keys' }, 403],
  ])('of a %s: %j gets %i', async (role, asked, status) => {
    const { send } = await logIn(await open(), role)
    expect((await send(asked)).status).toBe(status)
  })

  // Others have no cookie of this server.
  const withCookie = FOREIGN.filter(([, { hosts }]) => hosts === undefined || hosts.length === 2)
  it.each(withCookie)('is worth nothing for %s', async (_, change) => {
    const app = await open()
    const { send } = await logIn(app)
    for (const asked of [CHANGE, COMPLETION]) {
      const { status } = await send(changed(asked, change))
      expect([401, 403]).toContain(status)
    }
  })

  it.each(FORMS)('takes no change as %s', async (type) => {
    const { send } = await logIn(await open())
    expect((await send(changed(CHANGE, { headers: { 'content-type': type } }))).status).toBe(403)
  })

  it('changes nothing for what says nothing of a page', async () => {
    const { send } = await logIn(await open())
    const silent = { 'sec-fetch-site': null, origin: null }
    expect((await send(changed(CHANGE, { headers: silent }))).status).toBe(403)
    expect((await send(changed(READING, { headers: silent }))).status).toBe(200)
  })

  it('opens the workspaces of its user', async () => {
    const app = await open()
    const { user, send } = await logIn(app, 'developer')
    const [own, other] = [
      await createWorkspace(app.accounts, ACTOR, { name: 'Own' }),
      await createWorkspace(app.accounts, ACTOR, { name: 'Other' }),
    ]
    await addWorkspaceMember(app.accounts, ACTOR, own.id, { userId: user.id, role: 'workspace_user' })
    const statusIn = async (id: string) =>
      (await send(changed(COMPLETION, { headers: { 'anthropic-workspace-id': id } }))).status
    expect(await statusIn(own.id)).toBe(200)
    expect(await statusIn(other.id)).toBe(403)
    const { body } = await send({ path: '/continuo/console' })
    expect(body.workspaces.map(({ name }: { name: string }) => name)).toEqual(['Default', 'Own'])
  })

  it('ends: when its user logs out, is signed out or removed', async () => {
    const app = await open()
    await logIn(app)
    const statusAfter = async (
      role: OrganizationRole,
      end: (login: Awaited<ReturnType<typeof logIn>>) => unknown,
    ) => {
      const login = await logIn(app, role)
      expect((await login.send(READING)).status).toBe(200)
      await end(login)
      return (await login.send(READING)).status
    }
    expect(
      await statusAfter('user', ({ cookie }) => app.sessions.end(cookie.split('continuo=')[1] ?? '')),
    ).toBe(401)
    expect(await statusAfter('developer', ({ user }) => signOutUser(app.accounts, ACTOR, user.id))).toBe(401)
    expect(await statusAfter('billing', ({ user }) => removeUser(app.accounts, ACTOR, user.id))).toBe(401)
  })

  it('ends after half an hour without a request, and after half a day', async () => {
    let nowMs = 1_800_000_000_000
    const { send } = await logIn(await open(() => nowMs))
    const status = async () => (await send(READING)).status
    const beganMs = nowMs
    while (nowMs + MAX_IDLE_MS - 1 < beganMs + MAX_SESSION_MS) {
      nowMs += MAX_IDLE_MS - 1
      expect(await status()).toBe(200)
    }
    nowMs = beganMs + MAX_SESSION_MS
    expect(await status()).toBe(401)
    const again = await logIn(await open(() => nowMs))
    nowMs += MAX_IDLE_MS
    expect((await again.send(READING)).status).toBe(401)
  })

  it('is another cookie where the connection is encrypted', async () => {
    const app = await open()
    const { cookie } = await logIn(app)
    const status = async (sent: string, isSecure: boolean) => {
      const headers = { cookie: sent, origin: null }
      return (await sendFromConsole(app, { ...READING, headers, isSecure })).status
    }
    const secureCookie = cookie.replace('continuo=', '__Host-continuo=')
    expect(await status(cookie, true)).toBe(401)
    expect(await status(secureCookie, true)).toBe(200)
    expect(await status(secureCookie, false)).toBe(401)
  })

  it('is found by none of many secrets that are none', async () => {
    const app = await open()
    const { send } = await logIn(app)
    const statuses = new Set<number>()
    for (let index = 0; index < 300; index += 1) {
      const headers = { cookie: `continuo=secret${index}` }
      statuses.add((await sendFromConsole(app, { ...READING, headers })).status)
    }
    expect([...statuses].every((status) => [401, 529].includes(status))).toBe(true)
    expect((await send(READING)).status).toBe(200)
  })
})

describeOnDatabases('GET /continuo/console', (database) => {
  it('tells strangers how to log in, and no more', async () => {
    const app = await openAdminApp(await database.open())
    expect(await sendFromConsole(app, { path: '/continuo/console' })).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        ...{
          access: 'login',
          is_signed_in: false,
          organization: null,
          user: null,
          role: null,
          features: null,
        },
        ...{ actions: [], workspaces: [], login: { password: true, oidc: null, needs_set_up: false } },
      },
    })
  })

  it('tells a user who they are', async () => {
    const { user, send } = await logIn(await openAdminApp(await database.open()), 'billing')
    expect((await send({ path: '/continuo/console' })).body).toMatchObject({
      ...{ access: 'login', is_signed_in: true, role: 'billing' },
      user: { id: user.id, email: 'billing@b.c', name: 'A' },
      actions: ['read:organization', 'read:workspaces', 'read:limits', 'read:analytics', 'write:prices'],
      workspaces: [{ name: 'Default', is_default: true }],
      features: { state: true },
    })
  })

  it('tells a key the same', async () => {
    const app = await openAdminApp(await database.open())
    const { status, body } = await app.call('GET', '/continuo/console')
    expect({ status, ...body }).toMatchObject({ status: 200, access: 'login', role: 'admin', user: null })
    expect((await app.call('GET', '/continuo/console', undefined, { key: 'none' })).status).toBe(401)
  })
})

import { expect, it } from 'vitest'
import { type AdminApp, openAdminApp } from '../../../../test/admin-app.ts'
import { type ConsoleRequest, sendFromConsole } from '../../../../test/console-request.ts'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'

const PASSWORD = 'correct horse battery'
const OTHER = 'another horse battery'
const ME: ConsoleRequest = { path: '/continuo/console' }

async function open(database: TestDatabase, nowMs = Date.now) {
  const app = await openAdminApp(await database.open(), { nowMs, hasSetUpLink: true })
  return { ...app, ...browserOf(app) }
}

/** A browser keeps its cookie. */
function browserOf(app: Pick<AdminApp, 'handle'>) {
  let cookie = 'none=1'
  async function send(asked: ConsoleRequest) {
    const response = await sendFromConsole(app, { ...asked, headers: { cookie, ...asked.headers } })
    const set = response.headers['set-cookie']
    if (set !== undefined) cookie = set.split(';')[0] ?? ''
    return response
  }
  const post = (name: string, body: object = {}, headers: ConsoleRequest['headers'] = {}) =>
    send({ path: `/continuo/${name}`, method: 'POST', body, headers })
  const who = async () => (await send(ME)).body.user?.email ?? null
  return { send, post, who }
}

const codeOf = ({ setUpLink }: AdminApp) => setUpLink?.path.split('#')[1] ?? ''
const secretOf = ({ body }: { readonly body: { readonly path: string } }) => body.path.split('#')[1] ?? ''

/** A server whose first admin has logged in. */
async function setUp(database: TestDatabase, nowMs = Date.now) {
  const app = await open(database, nowMs)
  const admin = { code: codeOf(app), email: 'ann@example.com', name: 'Ann', password: PASSWORD }
  expect((await app.post('set_up', admin)).status).toBe(200)
  return app
}

async function invite({ send }: Pick<Awaited<ReturnType<typeof open>>, 'send'>, role = 'developer') {
  const body = { email: 'bob@example.com', role }
  const { body: invited } = await send({ path: '/v1/organizations/invites', body })
  const link = await send({ path: `/continuo/invites/${invited.id}/link`, body: {} })
  return { id: invited.id as string, link, secret: secretOf(link) }
}

describeOnDatabases('logging in to the console', (database) => {
  it('begins with the first admin, by the set-up link, once', async () => {
    const app = await open(database)
    const asked = { code: codeOf(app), email: 'ann@example.com', name: 'Ann', password: PASSWORD }
    expect((await app.post('set_up', { ...asked, code: 'wrong' })).status).toBe(400)
    expect((await app.post('set_up', { ...asked, password: 'short' })).status).toBe(400)
    const { headers, body } = await app.post('set_up', asked)
    expect(headers['set-cookie']).toMatch(
      /^continuo=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/,
    )
    expect(JSON.stringify(body)).not.toContain(headers['set-cookie']?.slice(9, 40))
    expect((await app.send(ME)).body).toMatchObject({ role: 'admin', user: { email: 'ann@example.com' } })
    expect((await app.post('set_up', asked)).body.error.message).toMatch(/has an admin already/)
    const { data } = (await app.send({ path: '/continuo/audit_events' })).body
    expect(data.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['user.log-in', 'user.create']),
    )
  })

  it('needs the address and the password, and ends with the logout', async () => {
    const app = await setUp(database)
    const browser = browserOf(app)
    for (const wrong of [
      { email: 'ann@example.com', password: OTHER },
      { email: 'bob@example.com', password: PASSWORD },
    ]) {
      const { status, body, headers } = await browser.post('login', wrong)
      expect([status, body.error.message]).toEqual([401, 'The email address or the password is wrong.'])
      expect(headers).not.toHaveProperty('set-cookie')
    }
    expect(await browser.who()).toBeNull()
    expect(
      (await browser.post('login', { email: ' ANN@example.com'.trim(), password: PASSWORD })).status,
    ).toBe(200)
    expect(await browser.who()).toBe('ann@example.com')
    expect((await browser.post('logout')).headers['set-cookie']).toMatch(/^continuo=; Path=\/; Max-Age=0;/)
    expect(await browser.who()).toBeNull()
    expect(await app.who()).toBe('ann@example.com')
  })

  it('sets a cookie for HTTPS alone where the connection is encrypted', async () => {
    const app = await setUp(database)
    const body = { email: 'ann@example.com', password: PASSWORD }
    const origin = 'https://localhost:8642'
    for (const over of [{ isSecure: true }, { headers: { 'x-forwarded-proto': 'https' } }]) {
      const asked = { path: '/continuo/login', body, ...over, headers: { origin, ...over.headers } }
      expect((await sendFromConsole(app, asked)).headers['set-cookie']).toMatch(
        /^__Host-continuo=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure$/,
      )
    }
  })

  it.each<[string, ConsoleRequest['headers']]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' }],
    ['another port', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' }],
    ['another name', { 'sec-fetch-site': null, origin: 'http://evil.example' }],
    ['no page', { 'sec-fetch-site': null, origin: null }],
    ['a form', { 'content-type': 'text/plain' }],
    ['a form of this server', { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('takes nothing from %s', async (_, headers) => {
    const app = await setUp(database)
    for (const name of ['login', 'set_up', 'accept_invite', 'set_password', 'change_password', 'logout']) {
      const body = { email: 'ann@example.com', password: PASSWORD }
      const response = await app.post(name, body, headers)
      expect([name, response.status]).toEqual([name, 403])
      expect(response.headers).not.toHaveProperty('set-cookie')
    }
    expect(await app.who()).toBe('ann@example.com')
  })

  it('takes ten wrong passwords from one network, and the right one from another', {
    timeout: 60_000,
  }, async () => {
    let nowMs = 1_800_000_000_000
    const app = await setUp(database, () => nowMs)
    const logIn = async (password: string, remoteAddress: string) => {
      const asked = { path: '/continuo/login', body: { email: 'ann@example.com', password }, remoteAddress }
      return (await sendFromConsole(app, asked)).status
    }
    const wrong = await Promise.all(Array.from({ length: 12 }, () => logIn(OTHER, '2001:db8::1')))
    expect(wrong.filter((status) => status === 401)).toHaveLength(10)
    expect(wrong.filter((status) => status === 429)).toHaveLength(2)
    expect(await logIn(PASSWORD, '2001:db8::2')).toBe(429)
    expect(await logIn(PASSWORD, '2001:db8:1::1')).toBe(200)
    nowMs += 15 * 60_000
    expect(await logIn(PASSWORD, '2001:db8::1')).toBe(200)
  })
})

describeOnDatabases('links for users', (database) => {
  it('let an invited person in, once, with the role of the invite', async () => {
    const app = await setUp(database)
    const { id, secret, link } = await invite(app)
    expect(link.body).toMatchObject({
      type: 'link',
      path: expect.stringMatching(/^\/console\/accept-invite#/),
    })
    const browser = browserOf(app)
    const accepted = { secret, name: 'Bob', password: OTHER }
    expect((await browser.post('accept_invite', { ...accepted, secret: 'wrong' })).status).toBe(400)
    expect((await browser.post('accept_invite', accepted)).status).toBe(200)
    expect((await browser.send(ME)).body).toMatchObject({
      role: 'developer',
      user: { email: 'bob@example.com' },
    })
    expect((await browser.send({ path: '/continuo/admin_keys' })).status).toBe(403)
    expect((await browserOf(app).post('accept_invite', accepted)).status).toBe(400)
    const { body } = await app.send({ path: `/v1/organizations/invites/${id}` })
    expect(body.status).toBe('accepted')
    const stored = JSON.stringify(await app.accounts.state.db.selectFrom('users').selectAll().execute())
    expect(stored).not.toContain(OTHER)
  })

  it('replace each other, and end with their invite', async () => {
    const app = await setUp(database)
    const { id, secret } = await invite(app)
    const again = secretOf(await app.send({ path: `/continuo/invites/${id}/link`, body: {} }))
    const accept = async (used: string) =>
      (await browserOf(app).post('accept_invite', { secret: used, name: 'Bob', password: OTHER })).status
    expect(await accept(secret)).toBe(400)
    await app.send({ path: `/v1/organizations/invites/${id}`, method: 'DELETE' })
    expect(await accept(again)).toBe(400)
    expect((await app.send({ path: `/continuo/invites/${id}/link`, body: {} })).status).toBe(404)
  })

  it('let a user set a password, within a day', async () => {
    let nowMs = 1_800_000_000_000
    const app = await setUp(database, () => nowMs)
    const { body: user } = await app.send({
      path: '/continuo/users',
      body: { email: 'eve@example.com', name: 'Eve', role: 'admin' },
    })
    const link = async () =>
      secretOf(await app.send({ path: `/continuo/users/${user.id}/password_link`, body: {} }))
    const [late, used] = [await link(), await link()]
    const browser = browserOf(app)
    expect((await browser.post('set_password', { secret: used, password: OTHER })).status).toBe(200)
    expect(await browser.who()).toBe('eve@example.com')
    expect((await browser.post('set_password', { secret: used, password: OTHER })).status).toBe(400)
    nowMs += 24 * 60 * 60_000
    expect((await browser.post('set_password', { secret: late, password: OTHER })).status).toBe(400)
  })

  it('are made by those who may', async () => {
    const app = await setUp(database)
    const { secret } = await invite(app)
    const browser = browserOf(app)
    await browser.post('accept_invite', { secret, name: 'Bob', password: OTHER })
    const { body } = await app.send(ME)
    expect(
      (await browser.send({ path: `/continuo/users/${body.user.id}/password_link`, body: {} })).status,
    ).toBe(403)
    expect((await browser.send({ path: '/continuo/invites/invite_1/link', body: {} })).status).toBe(403)
  })

  it('are not needed by one who knows their password', async () => {
    const app = await setUp(database)
    const other = browserOf(app)
    await other.post('login', { email: 'ann@example.com', password: PASSWORD })
    const change = { current_password: PASSWORD, password: OTHER }
    expect((await app.post('change_password', { ...change, current_password: OTHER })).status).toBe(401)
    expect((await app.post('change_password', change)).status).toBe(200)
    expect(await app.who()).toBe('ann@example.com')
    expect(await other.who()).toBeNull()
    expect((await browserOf(app).post('change_password', change)).status).toBe(401)
    expect((await other.post('login', { email: 'ann@example.com', password: OTHER })).status).toBe(200)
  })
})

import { expect, it } from 'vitest'
import { type AdminApp, openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { secretDigest } from '../../../accounts/api-key-secret.ts'
import { SetUpLink } from '../../../accounts/set-up-link.ts'

const URL = 'http://localhost/set-up'
const HOUR_MS = 60 * 60_000

function codeOf({ setUpLink }: AdminApp): string {
  return setUpLink?.path.split('#')[1] ?? ''
}

async function send(app: AdminApp, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await app.fetch(URL, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ name: 'Ann', ...fields }),
  })
  const page = await response.text()
  const [secret = ''] = /sk-ant-admin01-[\w-]{43}/.exec(page) ?? []
  const [, problem = ''] = /role="alert"><strong>(.*?)<\/strong>/.exec(page) ?? []
  return { status: response.status, headers: response.headers, page, secret, problem }
}

describeOnDatabases('the set-up link', (database) => {
  it('creates the first admin key, once, and keeps its code as a digest', async () => {
    const state = await database.open()
    const app = await openAdminApp(state, { hasSetUpLink: true })
    const code = codeOf(app)
    expect(code).toMatch(/^[\w-]{43}$/)
    const settings = await state.db.selectFrom('settings').selectAll().execute()
    expect(JSON.stringify(settings)).toContain(secretDigest(code))
    expect(JSON.stringify(settings)).not.toContain(code)

    const { status, headers, secret } = await send(app, { code: ` ${code} ` })
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(await app.call('GET', '/v1/organizations/me', undefined, { key: secret })).toMatchObject({
      status: 200,
    })
    const { body: trail } = await app.call('GET', '/continuo/audit_events', undefined, { key: secret })
    expect(trail.data).toMatchObject([
      { actor: { type: 'set_up_link', id: null }, action: 'admin-key.create' },
    ])
    expect(JSON.stringify(trail)).not.toContain(secret)
    const { body: keys } = await app.call('GET', '/continuo/admin_keys', undefined, { key: secret })
    expect(keys.data).toMatchObject([{ name: 'Ann' }])

    const again = await send(app, { code })
    expect([again.status, again.secret]).toEqual([400, ''])
    expect(again.problem).toMatch(/^This server has an admin key already/)
    expect(await SetUpLink.open(app.accounts)).toBeNull()
  })

  it('works on another instance than the one that made it, and then on none', async () => {
    const place = await database.newPlace()
    const one = await openAdminApp(await database.open({ place }), { hasSetUpLink: true })
    const other = await openAdminApp(await database.open({ place }), { hasSetUpLink: true })
    const [byOne, byOther] = await Promise.all([
      send(other, { code: codeOf(one) }),
      send(one, { code: codeOf(other) }),
    ])
    // Either may be first.
    expect([byOne.status, byOther.status].toSorted()).toEqual([200, 400])
    expect(await one.accounts.state.db.selectFrom('apiKeys').select('kind').execute()).toEqual([
      { kind: 'admin' },
    ])
    const settings = await one.accounts.state.db.selectFrom('settings').select('name').execute()
    expect(settings.filter(({ name }) => name.startsWith('set-up'))).toEqual([])
  })

  it('works for an hour', async () => {
    const state = await database.open()
    let nowMs = Date.now()
    const app = await openAdminApp(state, { hasSetUpLink: true, nowMs: () => nowMs })
    nowMs += HOUR_MS
    expect(await send(app, { code: codeOf(app) })).toMatchObject({
      status: 400,
      problem: expect.stringMatching(/^This link does not work: it is wrong, older than an hour, or used/),
    })
    const later = await openAdminApp(state, { hasSetUpLink: true, nowMs: () => nowMs })
    expect(await send(later, { code: codeOf(later) })).toMatchObject({ status: 200 })
  })

  it('takes ten wrong codes a minute, and the right one all the same', async () => {
    const state = await database.open()
    let nowMs = Date.now()
    const app = await openAdminApp(state, { hasSetUpLink: true, nowMs: () => nowMs })
    for (let n = 0; n < 10; n++) expect((await send(app, { code: `wrong-${n}` })).status).toBe(400)
    const { status, headers } = await send(app, { code: 'wrong' })
    expect([status, headers.get('retry-after')]).toEqual([429, '60'])
    nowMs += 60_000
    expect((await send(app, { code: 'wrong' })).status).toBe(400)
    expect((await send(app, { code: codeOf(app) })).status).toBe(200)
  })

  it('has a page without code of others, and is for no other site', async () => {
    const app = await openAdminApp(await database.open(), { hasSetUpLink: true })
    const code = codeOf(app)
    const { headers, status } = await app.fetch(URL)
    expect(status).toBe(200)
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'sha256-[^']+'; form-action 'self'/,
    )
    const script = await app.fetch(`${URL}/script.js`)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(await script.text()).toContain('location.hash')
    for (const foreign of [
      { origin: 'http://elsewhere.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    ]) {
      expect(await send(app, { code }, foreign)).toMatchObject({ status: 401, secret: '' })
    }
    expect(await send(app, { code, name: 'a\0b' })).toMatchObject({
      status: 400,
      problem: 'name: String should have no control characters',
    })
    expect(await send(app, { code, name: 'x'.repeat(20_000) })).toMatchObject({ status: 413 })
    expect(await send(app, { code: '<b>"' })).toMatchObject({ status: 400 })
    const own = { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }
    expect(await send(app, { code }, own)).toMatchObject({ status: 200 })
  })

  it('is not there without a need', async () => {
    const app = await openAdminApp(await database.open())
    expect((await app.fetch(URL)).status).toBe(404)
  })
})

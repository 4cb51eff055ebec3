import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { emailKey } from '../../../accounts/email-key.ts'
import type { State } from '../../../state/state.ts'

const USERS = '/v1/organizations/users'

async function addUser(
  { db }: State,
  id: string,
  overrides: { role?: string; email?: string; addedAt?: number } = {},
) {
  const user = {
    email: `${id}@example.com`,
    name: `Name of ${id}`,
    role: 'user',
    addedAt: 1_000,
    ...overrides,
  }
  await db
    .insertInto('users')
    .values({ ...user, id, emailKey: emailKey(user.email) })
    .execute()
}

describeOnDatabases('the users of the organization', (database) => {
  it('are listed, the newest first, by address and role', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    await addUser(state, 'user_1', { addedAt: 1, role: 'admin' })
    await addUser(state, 'user_2', { addedAt: 2, email: 'Jane.Doe+work@Example.com' })
    await addUser(state, 'user_3', { addedAt: 3, role: 'billing' })
    const idsOf = async (query: string) => {
      const { body } = await call('GET', `${USERS}${query}`)
      return body.data.map(({ id }: { id: string }) => id)
    }
    expect(await call('GET', `${USERS}?limit=2`)).toMatchObject({
      status: 200,
      body: { has_more: true, first_id: 'user_3', last_id: 'user_2' },
    })
    expect(await idsOf('?limit=2&after_id=user_2')).toEqual(['user_1'])
    expect(await idsOf('?limit=2&before_id=user_1')).toEqual(['user_3', 'user_2'])
    expect(await idsOf('?email=jane.doe%40example.com')).toEqual(['user_2'])
    expect(await idsOf('?email=JANE.DOE%2Bother%40example.com')).toEqual(['user_2'])
    expect(await idsOf('?email=no.one%40example.com')).toEqual([])
    expect(await idsOf('?roles%5B%5D=admin&roles[]=billing')).toEqual(['user_3', 'user_1'])
    expect(await call('GET', `${USERS}?email=x`)).toMatchObject({
      body: { data: [], has_more: false, first_id: null, last_id: null },
    })
  })

  it('are shown as the API shows them', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    await addUser(state, 'user_1', { addedAt: Date.UTC(2026, 10, 30, 1, 2, 3, 4) })
    const shown = {
      type: 'user',
      id: 'user_1',
      added_at: '2026-11-30T01:02:03.004Z',
      email: 'user_1@example.com',
      name: 'Name of user_1',
      role: 'user',
    }
    expect(await call('GET', `${USERS}/user_1`)).toMatchObject({ status: 200, body: shown })
    expect((await call('POST', `${USERS}/user_1`, { role: 'developer' })).body).toEqual({
      ...shown,
      role: 'developer',
    })
    expect((await call('POST', `${USERS}/user_1/sign_out`)).body).toEqual({ ...shown, role: 'developer' })
  })

  it('are removed with their logins, memberships and personal keys', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    await addUser(state, 'user_1')
    await addUser(state, 'user_2')
    const { body: workspace } = await call('POST', '/v1/organizations/workspaces', { name: 'W' })
    const members = `/v1/organizations/workspaces/${workspace.id}/members`
    await call('POST', members, { user_id: 'user_1', workspace_role: 'workspace_user' })
    const created = await call('POST', '/continuo/api_keys', { name: 'Personal', principal_id: 'user_1' })
    const login = { secretSha256: 's', userId: 'user_1', createdAt: 1, seenAt: 1, expiresAt: 9 }
    await state.db.insertInto('sessions').values(login).execute()

    expect((await call('DELETE', `${USERS}/user_1`)).body).toEqual({ type: 'user_deleted', id: 'user_1' })
    expect(await call('GET', `${USERS}/user_1`)).toMatchObject({
      status: 404,
      body: { error: { type: 'not_found_error', message: 'User `user_1` not found.' } },
    })
    expect((await call('GET', members)).body.data).toEqual([])
    expect((await call('GET', `/v1/organizations/api_keys/${created.body.id}`)).body.status).toBe('archived')
    expect(await state.db.selectFrom('sessions').selectAll().execute()).toEqual([])
    // The address is free again.
    await addUser(state, 'user_3', { email: 'user_1@example.com' })
  })

  it('are kept from changes that the API does not make', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    await addUser(state, 'user_1')
    await addUser(state, 'user_admin', { role: 'admin' })
    const roles = "'user', 'developer', 'billing' or 'claude_code_user'"
    const refused: [string, string, object | undefined, number, string | RegExp][] = [
      ['POST', 'user_admin', { role: 'user' }, 400, /is an admin: admins cannot be changed/],
      ['DELETE', 'user_admin', undefined, 400, /is an admin: admins cannot be removed/],
      ['POST', 'user_1', { role: 'admin' }, 400, `role: Input should be ${roles}`],
      ['POST', 'user_1', {}, 400, 'role: Field required'],
      ['POST', 'user_1', { role: 'user', name: 'N' }, 400, 'name: Extra inputs are not permitted'],
      ['POST', 'user_9', { role: 'user' }, 404, 'User `user_9` not found.'],
      ['DELETE', 'a%00b', undefined, 404, /not found/],
      ['GET', 'x'.repeat(1_000), undefined, 404, /^User `x{200}` not found.$/],
    ]
    for (const [method, id, body, status, message] of refused) {
      const response = await call(method, `${USERS}/${id}`, body)
      expect(response.status).toBe(status)
      expect(response.body.error.message).toMatch(message)
    }
  })

  it('are added without an invite, and accept one that is pending', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state, { nowMs: () => Date.UTC(2026, 10, 30) })
    const invites = '/v1/organizations/invites'
    const { body: invite } = await call('POST', invites, { email: 'Ann@Example.com', role: 'user' })
    const ann = { email: 'ann@example.com', name: 'Ann', role: 'admin' }
    const created = await call('POST', '/continuo/users', ann)
    expect(created.body).toEqual({
      type: 'user',
      id: expect.stringMatching(/^user_01\w{22}$/),
      added_at: '2026-11-30T00:00:00.000Z',
      ...ann,
    })
    expect((await call('GET', `${USERS}/${created.body.id}`)).body).toEqual(created.body)
    expect((await call('GET', `${invites}/${invite.id}`)).body).toMatchObject({
      status: 'accepted',
      accepted_at: '2026-11-30T00:00:00.000Z',
    })
    expect(await call('POST', '/continuo/users', { ...ann, email: 'ANN+x@example.com' })).toMatchObject({
      status: 400,
      body: { error: { details: { error_code: 'already_member' } } },
    })
    expect(await call('POST', '/continuo/users', { ...ann, role: 'owner' })).toMatchObject({ status: 400 })
  })

  it('are one at least', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    await addUser(state, 'user_1')
    expect(await call('DELETE', `${USERS}/user_1`)).toMatchObject({
      status: 400,
      body: {
        error: { type: 'invalid_request_error', details: { error_code: 'cannot_remove_last_member' } },
      },
    })
    await addUser(state, 'user_2')
    const removals = await Promise.all([call('DELETE', `${USERS}/user_1`), call('DELETE', `${USERS}/user_2`)])
    expect(removals.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  it('are not listed by cursors and filters that mean nothing, unless the server is lenient', async () => {
    const state = await database.open()
    const strict = await openAdminApp(state)
    const lenient = await openAdminApp(state, { isLenient: true })
    await addUser(state, 'user_1')
    const refused: [string, string | RegExp, number][] = [
      ['?after_id=user_1&before_id=user_2', 'after_id: cannot be used together with before_id', 200],
      ['?after_id=x', 'Invalid `after_id`. No user found for `after_id` "x"', 200],
      ['?before_id=', 'Invalid `before_id`. No user found for `before_id` ""', 200],
      ['?roles[]=king', /^roles\.0: Input should be 'admin', /, 200],
      ['?limit=0', 'limit: Input should be greater than or equal to 1', 400],
      [`?${'roles[]=user&'.repeat(101)}`, 'roles: List should have at most 100 items, not 101', 400],
    ]
    for (const [query, message, lenientStatus] of refused) {
      const response = await strict.call('GET', USERS + query)
      expect(response.status).toBe(400)
      expect(response.body.error.message).toMatch(message)
      expect((await lenient.call('GET', USERS + query)).status).toBe(lenientStatus)
    }
  })
})

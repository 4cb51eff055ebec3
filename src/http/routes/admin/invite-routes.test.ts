import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'

const INVITES = '/v1/organizations/invites'
const DAY_MS = 24 * 60 * 60 * 1000

describeOnDatabases('invites', (database) => {
  it('are pending for 21 days', async () => {
    const state = await database.open()
    let nowMs = Date.UTC(2026, 10, 30)
    const { call } = await openAdminApp(state, { nowMs: () => nowMs })
    const { body } = await call('POST', INVITES, { email: 'Jane@Example.com', role: 'developer' })
    expect(body).toEqual({
      type: 'invite',
      id: expect.stringMatching(/^invite_01\w{22}$/),
      accepted_at: null,
      email: 'Jane@Example.com',
      expires_at: '2026-12-21T00:00:00.000Z',
      invited_at: '2026-11-30T00:00:00.000Z',
      rbac_group_ids: [],
      role: 'developer',
      status: 'pending',
    })
    const statusOf = async (id: string) => (await call('GET', `${INVITES}/${id}`)).body.status
    nowMs += 21 * DAY_MS - 1
    expect(await statusOf(body.id)).toBe('pending')
    nowMs += 1
    expect(await statusOf(body.id)).toBe('expired')
    expect(await call('DELETE', `${INVITES}/${body.id}`)).toMatchObject({
      status: 400,
      body: { error: { message: `Invite \`${body.id}\` is expired: only pending invites can be deleted.` } },
    })
  })

  it('are listed by address, role and status; deleted ones never', async () => {
    const state = await database.open()
    let nowMs = Date.UTC(2026, 0, 1)
    const { call } = await openAdminApp(state, { nowMs: () => nowMs++ })
    const invite = async (email: string, role = 'user') =>
      (await call('POST', INVITES, { email, role })).body.id
    const accepted = await invite('accepted@example.com', 'billing')
    await state.db.updateTable('invites').set({ acceptedAt: nowMs }).where('id', '=', accepted).execute()
    const expired = await invite('expired@example.com')
    nowMs += 21 * DAY_MS
    const deleted = await invite('deleted@example.com')
    const pending = await invite('pending+tag@example.com')
    expect((await call('DELETE', `${INVITES}/${deleted}`)).body).toEqual({
      type: 'invite_deleted',
      id: deleted,
    })
    expect((await call('DELETE', `${INVITES}/${deleted}`)).status).toBe(200)
    expect((await call('GET', `${INVITES}/${deleted}`)).body.status).toBe('deleted')
    const idsOf = async (query: string) => {
      const { body } = await call('GET', `${INVITES}${query}`)
      return body.data.map(({ id }: { id: string }) => id)
    }
    expect(await idsOf('')).toEqual([pending, expired, accepted])
    expect(await idsOf('?statuses[]=pending')).toEqual([pending])
    expect(await idsOf('?statuses[]=expired&statuses[]=accepted')).toEqual([expired, accepted])
    expect(await idsOf('?roles[]=billing')).toEqual([accepted])
    expect(await idsOf('?email=PENDING@example.com')).toEqual([pending])
    expect(await idsOf(`?after_id=${deleted}`)).toEqual([expired, accepted])
    expect(await call('GET', `${INVITES}?statuses[]=deleted`)).toMatchObject({ status: 400 })
  })

  it('are refused for an address that is known already, and are free again once withdrawn', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const user = {
      id: 'user_1',
      email: 'jane@example.com',
      emailKey: 'jane@example.com',
      name: 'J',
      role: 'user',
    }
    await state.db
      .insertInto('users')
      .values({ ...user, addedAt: 1 })
      .execute()
    expect(await call('POST', INVITES, { email: 'Jane+x@Example.com', role: 'user' })).toMatchObject({
      status: 400,
      body: {
        error: {
          message: expect.stringContaining('user_1'),
          details: { error_code: 'already_member' },
        },
      },
    })
    const john = { email: 'john@example.com', role: 'user' }
    const { body } = await call('POST', INVITES, john)
    expect(await call('POST', INVITES, john)).toMatchObject({
      status: 400,
      body: {
        error: {
          message: expect.stringContaining(body.id),
          details: { error_code: 'invite_already_exists' },
        },
      },
    })
    await call('DELETE', `${INVITES}/${body.id}`)
    const both = await Promise.all([call('POST', INVITES, john), call('POST', INVITES, john)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  it('are refused with the place of what is wrong', async () => {
    const { call } = await openAdminApp(await database.open())
    const refused: [object, string][] = [
      [{ role: 'user' }, 'email: Field required'],
      [{ email: 'jane', role: 'user' }, 'email: value is not a valid email address'],
      [{ email: 'a@b@c', role: 'user' }, 'email: value is not a valid email address'],
      [{ email: `${'x'.repeat(251)}@b.c`, role: 'user' }, 'email: String should have at most 254 characters'],
      [
        { email: 'a@b.c', role: 'admin' },
        "role: Input should be 'user', 'developer', 'billing' or 'claude_code_user'",
      ],
      [
        { email: 'a@b.c', role: 'user', rbac_group_ids: ['g'] },
        'rbac_group_ids: this organization has no RBAC groups',
      ],
    ]
    for (const [body, message] of refused) {
      expect(await call('POST', INVITES, body)).toMatchObject({ status: 400, body: { error: { message } } })
    }
    expect((await call('POST', INVITES, { email: 'a@b.c', role: 'user', rbac_group_ids: [] })).status).toBe(
      200,
    )
    expect((await call('GET', `${INVITES}/invite_1`)).body.error.message).toBe('Invite `invite_1` not found.')
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { hostileJson } from '../../../../test/fuzz/hostile-values.ts'
import { StateError, type StateErrorCode } from '../../../state/state-error.ts'

/** The fields of all bodies, and values that some of them take. */
const FIELDS = {
  name: ['ci', 'W'],
  email: ['a@b.c'],
  role: ['user'],
  workspace_role: ['workspace_user'],
  user_id: ['user_1'],
  workspace_id: ['wrkspc_1'],
  service_account_id: ['svac_1'],
  principal_id: ['user_1'],
  status: ['inactive'],
  display_color: ['#000000'],
  tags: [{ a: 'b' }],
  data_residency: [{ default_inference_geo: 'us' }],
  description: ['d'],
  organization_role: ['admin'],
  expires_at: ['2099-01-01T00:00:00Z'],
  allowed_models: [['m']],
}
const BODIES = fc.record(
  Object.fromEntries(
    Object.entries(FIELDS).map(([name, values]) => [
      name,
      fc.oneof(fc.constantFrom<unknown>(...values, null), hostileJson),
    ]),
  ),
  { requiredKeys: [] },
)
const POSTS = [
  '/v1/organizations/users/user_1',
  '/v1/organizations/invites',
  '/v1/organizations/workspaces',
  '/v1/organizations/workspaces/wrkspc_1',
  '/v1/organizations/workspaces/wrkspc_1/members',
  '/v1/organizations/workspaces/wrkspc_1/members/user_1',
  '/v1/organizations/workspaces/wrkspc_1/service_accounts',
  '/v1/organizations/service_accounts',
  '/v1/organizations/service_accounts/svac_1',
  '/v1/organizations/service_accounts/svac_1/workspaces',
  '/continuo/api_keys',
  '/continuo/admin_keys',
]

describeOnDatabases('a route of the Admin API', (database) => {
  it('responds to any body with a result or an error of the client', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const user = { id: 'user_1', email: 'u@b.c', emailKey: 'u@b.c', name: 'U', role: 'user', addedAt: 1 }
    await state.db.insertInto('users').values(user).execute()
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...POSTS), BODIES, async (path, body) => {
        const response = await call('POST', path, body)
        expect([200, 400, 404, 409]).toContain(response.status)
      }),
      { numRuns: 300 },
    )
  })

  it('responds to any id and query with a result or an error of the client', async () => {
    const { call } = await openAdminApp(await database.open())
    const texts = fc.string({ unit: 'grapheme', maxLength: 8 }).map(encodeURIComponent)
    const names = fc.constantFrom(
      'limit',
      'after_id',
      'before_id',
      'email',
      'roles[]',
      'statuses[]',
      'ids[]',
      'page',
    )
    const paths = fc.constantFrom('users', 'invites', 'workspaces', 'api_keys', 'service_accounts')
    await fc.assert(
      fc.asyncProperty(paths, texts, names, texts, async (path, id, name, value) => {
        const list = await call('GET', `/v1/organizations/${path}?${encodeURIComponent(name)}=${value}`)
        expect([200, 400]).toContain(list.status)
        const one = await call('GET', `/v1/organizations/${path}/${id}`)
        expect([404, 400, 405]).toContain(one.status)
      }),
      { numRuns: 150 },
    )
  })

  it.each<[StateErrorCode, number]>([
    ['unavailable', 529],
    ['busy', 529],
    ['full', 529],
    ['failed', 500],
  ])('responds to a database that is %s with %i', async (code, status) => {
    const broken = {
      method: 'GET',
      pattern: '/v1/organizations/broken',
      action: 'read:organization',
      respond: () => Promise.reject(new StateError(code, 'a secret of the database')),
    } as const
    const { call } = await openAdminApp(await database.open(), { moreRoutes: () => [broken] })
    const response = await call('GET', broken.pattern)
    expect(response.status).toBe(status)
    expect(JSON.stringify(response.body)).not.toContain('secret')
    expect(response.headers.get('retry-after')).toBe(status === 529 ? '1' : null)
  })

  it('accepts what clients send without a body', async () => {
    const { call } = await openAdminApp(await database.open())
    // With content-type: application/json, as the official Python client does.
    const { body } = await call('POST', '/v1/organizations/workspaces', { name: 'W' })
    expect(await call('POST', `/v1/organizations/workspaces/${body.id}/archive`)).toMatchObject({
      status: 200,
    })
    expect(await call('PUT', '/v1/organizations/me')).toMatchObject({ status: 405 })
    expect(await call('GET', '/v1/organizations/external_keys')).toMatchObject({
      status: 404,
      body: { error: { type: 'not_found_error', message: 'Not Found' } },
    })
  })
})

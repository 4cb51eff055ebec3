import { expect, it } from 'vitest'
import { openAdminApp } from '../../test/admin-app.ts'
import { describeOnDatabases } from '../../test/databases.ts'
import { restoreConformanceAccounts } from './restore-conformance-accounts.ts'
import { CONFORMANCE_ACCOUNTS_SCHEMA } from './settings.ts'

const ROWS = CONFORMANCE_ACCOUNTS_SCHEMA.parse({
  users: [{ id: 'user_id', email: 'a@b.c' }],
  invites: [{ id: 'invite_id', email: 'd@e.f' }],
  workspaces: [{ id: 'workspace_id', members: [{ userId: 'user_id' }] }],
  apiKeys: [{ id: 'api_key_id', workspaceId: 'workspace_id' }, { id: 'other_key' }],
  serviceAccounts: [{ id: 'svac_id', name: 'bot', workspaces: [{ workspaceId: 'workspace_id' }] }],
})
const PATHS = [
  'users/user_id',
  'invites/invite_id',
  'workspaces/workspace_id',
  'workspaces/workspace_id/members/user_id',
  'workspaces/workspace_id/service_accounts/svac_id',
  'api_keys/api_key_id',
  'service_accounts/svac_id',
]

describeOnDatabases('restoreConformanceAccounts', (database) => {
  it('puts back what changed, and removes what was added', async () => {
    const state = await database.open()
    const { call, accounts } = await openAdminApp(state, { nowMs: () => 1_000 })
    const readAll = () =>
      Promise.all(
        PATHS.map(async (path) => {
          const { status, body } = await call('GET', `/v1/organizations/${path}`)
          expect(status).toBe(200)
          return { ...body, compartment_id: undefined }
        }),
      )
    await restoreConformanceAccounts(accounts, ROWS)
    const before = await readAll()
    await call('POST', '/v1/organizations/workspaces/workspace_id', { name: 'Other' })
    await call('POST', '/v1/organizations/workspaces/workspace_id/archive')
    await call('DELETE', '/v1/organizations/invites/invite_id')
    await call('POST', '/v1/organizations/service_accounts/svac_id/archive')
    await call('POST', '/v1/organizations/invites', { email: 'new@b.c', role: 'user' })
    await call('POST', '/v1/organizations/workspaces', { name: 'New' })
    await restoreConformanceAccounts(accounts, ROWS)
    expect(await readAll()).toEqual(before)
    expect((await call('GET', '/v1/organizations/invites')).body.data).toHaveLength(1)
    const { body } = await call('GET', '/v1/organizations/workspaces?include_default=true')
    expect(body.data).toMatchObject([{ id: 'workspace_id' }, { name: 'Default' }])
  })
})

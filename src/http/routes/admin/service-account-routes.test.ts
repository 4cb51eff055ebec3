import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'

const ACCOUNTS = '/v1/organizations/service_accounts'
const WORKSPACES = '/v1/organizations/workspaces'

describeOnDatabases('service accounts', (database) => {
  it('are created, read, changed and archived', async () => {
    let nowMs = Date.UTC(2026, 10, 30)
    const { call } = await openAdminApp(await database.open(), { nowMs: () => nowMs })
    const { body } = await call('POST', ACCOUNTS, { name: 'ci-deploy-bot', description: 'Deploys' })
    expect(body).toEqual({
      type: 'service_account',
      id: expect.stringMatching(/^svac_01\w{22}$/),
      archived_at: null,
      archived_by_actor_id: null,
      created_at: '2026-11-30T00:00:00.000Z',
      created_by_actor_id: null,
      description: 'Deploys',
      name: 'ci-deploy-bot',
      organization_role: 'developer',
      updated_at: '2026-11-30T00:00:00.000Z',
      updated_by_actor_id: null,
    })
    const path = `${ACCOUNTS}/${body.id}`
    expect((await call('GET', path)).body).toEqual(body)
    nowMs += 1_000
    const changed = {
      ...body,
      description: '',
      organization_role: 'admin',
      updated_at: '2026-11-30T00:00:01.000Z',
    }
    expect((await call('POST', path, { description: null, organization_role: 'admin' })).body).toEqual(
      changed,
    )
    expect(await call('POST', ACCOUNTS, { name: 'ci-deploy-bot' })).toMatchObject({
      status: 409,
      body: { error: { type: 'conflict_error', message: expect.stringContaining(body.id) } },
    })
    const archived = { ...changed, archived_at: '2026-11-30T00:00:01.000Z' }
    expect((await call('POST', `${path}/archive`)).body).toEqual(archived)
    nowMs += 1_000
    expect((await call('POST', `${path}/archive`)).body).toEqual(archived)
    expect(await call('POST', path, { description: 'x' })).toMatchObject({ status: 400 })
    // Its name is free again.
    expect((await call('POST', ACCOUNTS, { name: 'ci-deploy-bot' })).status).toBe(200)
    expect((await call('GET', ACCOUNTS)).body.data).toHaveLength(1)
    expect((await call('GET', `${ACCOUNTS}?include_archived=true`)).body.data).toHaveLength(2)
    for (const name of ['Bot', 'a b', '-a', 'a-', '']) {
      expect(await call('POST', ACCOUNTS, { name })).toMatchObject({ status: 400 })
    }
  })

  it('are listed page by page', async () => {
    let nowMs = 1
    const { call } = await openAdminApp(await database.open(), { nowMs: () => nowMs++ })
    for (const name of ['a', 'b', 'c']) await call('POST', ACCOUNTS, { name })
    const first = await call('GET', `${ACCOUNTS}?limit=2`)
    expect(first.body).toMatchObject({ data: [{ name: 'c' }, { name: 'b' }] })
    const second = await call('GET', `${ACCOUNTS}?limit=2&page=${first.body.next_page}`)
    expect(second.body).toMatchObject({ data: [{ name: 'a' }], next_page: null })
    expect(await call('GET', `${ACCOUNTS}?page=page`)).toMatchObject({
      status: 400,
      body: { error: { message: 'The page parameter is not a valid cursor for this request.' } },
    })
  })

  it('are in the default workspace, and in those they are added to', async () => {
    let nowMs = 1
    const { call } = await openAdminApp(await database.open(), { nowMs: () => nowMs++ })
    const { body: account } = await call('POST', ACCOUNTS, { name: 'bot' })
    const { body: workspace } = await call('POST', WORKSPACES, { name: 'W' })
    const defaultId = (await call('GET', `${WORKSPACES}?include_default=true`)).body.last_id
    const membership = (workspaceId: string, role: string, implicit = false) => ({
      type: 'service_account_workspace_member',
      created_by_actor_id: null,
      implicit,
      service_account_id: account.id,
      workspace_id: workspaceId,
      workspace_role: role,
    })
    const ofAccount = `${ACCOUNTS}/${account.id}/workspaces`
    const ofWorkspace = (id: string) => `${WORKSPACES}/${id}/service_accounts`
    const added = await call('POST', ofAccount, {
      workspace_id: workspace.id,
      workspace_role: 'workspace_user',
    })
    expect(added.body).toEqual(membership(workspace.id, 'workspace_user'))
    // From the other side it is the same.
    const again = { service_account_id: account.id, workspace_role: 'workspace_developer' }
    expect((await call('POST', ofWorkspace(workspace.id), again)).body).toEqual(
      membership(workspace.id, 'workspace_developer'),
    )
    const one = `${ofWorkspace(workspace.id)}/${account.id}`
    expect((await call('POST', one, { workspace_role: 'workspace_admin' })).body).toEqual(
      membership(workspace.id, 'workspace_admin'),
    )
    expect((await call('GET', one)).body).toEqual(membership(workspace.id, 'workspace_admin'))
    const implicit = membership(defaultId, 'workspace_user', true)
    expect((await call('GET', ofAccount)).body).toEqual({
      data: [implicit, membership(workspace.id, 'workspace_admin')],
      next_page: null,
    })
    expect((await call('GET', ofWorkspace(workspace.id))).body.data).toHaveLength(1)
    expect((await call('GET', ofWorkspace(defaultId))).body.data).toEqual([])
    const inDefault = `${ofWorkspace(defaultId)}/${account.id}`
    expect((await call('GET', inDefault)).body).toEqual(implicit)
    expect((await call('POST', inDefault, { workspace_role: 'workspace_admin' })).status).toBe(404)
    await call('POST', ofAccount, { workspace_id: defaultId, workspace_role: 'workspace_admin' })
    expect((await call('GET', inDefault)).body).toEqual(membership(defaultId, 'workspace_admin'))
    const deleted = {
      type: 'service_account_workspace_member_deleted',
      service_account_id: account.id,
      workspace_id: defaultId,
    }
    expect((await call('DELETE', inDefault)).body).toEqual(deleted)
    expect((await call('DELETE', `${ofAccount}/${defaultId}`)).body).toEqual(deleted)
    expect((await call('GET', inDefault)).body).toEqual(implicit)
    await call('POST', `${WORKSPACES}/${workspace.id}/archive`)
    expect((await call('GET', one)).status).toBe(400)
    await call('POST', `${ACCOUNTS}/${account.id}/archive`)
    expect((await call('GET', ofAccount)).body).toEqual({ data: [], next_page: null })
    expect((await call('GET', inDefault)).status).toBe(404)
  })
})

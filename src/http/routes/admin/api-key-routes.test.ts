import { expect, it } from 'vitest'
import { ORDINARY_KEY, openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { usageRow } from '../../../../test/usage-rows.ts'
import { DeclaredKeys } from '../../../accounts/declared-keys.ts'
import { storeDeclaredKeys } from '../../../accounts/store-declared-keys.ts'

const API_KEYS = '/v1/organizations/api_keys'
const ADMIN_KEYS = '/continuo/admin_keys'

describeOnDatabases('API keys', (database) => {
  it('are created with their secret, which no other response has', async () => {
    const state = await database.open()
    const { call, accounts } = await openAdminApp(state, { nowMs: () => Date.UTC(2026, 10, 30) })
    const { body: workspace } = await call('POST', '/v1/organizations/workspaces', { name: 'W' })
    const created = await call('POST', '/continuo/api_keys', {
      name: 'Key',
      workspace_id: workspace.id,
      expires_at: '2026-12-01T02:00:00+02:00',
      allowed_models: ['claude-2.1'],
    })
    expect(created.status).toBe(200)
    const { secret, ...details } = created.body
    const { allowed_models, is_declared, last_used_at, ...key } = details
    expect(secret).toMatch(/^sk-ant-api03-[\w-]{43}$/)
    expect([allowed_models, is_declared, last_used_at]).toEqual([['claude-2.1'], false, null])
    expect(key).toEqual({
      type: 'api_key',
      id: expect.stringMatching(/^apikey_01\w{22}$/),
      created_at: '2026-11-30T00:00:00.000Z',
      created_by: null,
      expires_at: '2026-12-01T00:00:00.000Z',
      name: 'Key',
      partial_key_hint: `${secret.slice(0, 16)}...${secret.slice(-4)}`,
      principal: null,
      scope: { type: 'workspace', workspace_id: workspace.id },
      status: 'active',
      workspace_id: workspace.id,
    })
    expect((await call('GET', `${API_KEYS}/${key.id}`)).body).toEqual(key)
    expect((await call('GET', `/continuo/api_keys/${key.id}`)).body).toEqual(details)
    expect((await call('GET', '/continuo/api_keys')).body.data).toEqual([details])
    expect(await call('GET', '/v1/models', undefined, { key: secret })).toMatchObject({ status: 200 })
    const stored = await accounts.state.db
      .selectFrom('apiKeys')
      .selectAll()
      .where('id', '=', key.id)
      .execute()
    expect(JSON.stringify(stored)).not.toContain(secret)
  })

  it('are answered with the workspace that they are for', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body: workspace } = await call('POST', '/v1/organizations/workspaces', { name: 'W' })
    const { body: defaultKey } = await call('POST', '/continuo/api_keys', { name: 'D' })
    const { body: key } = await call('POST', '/continuo/api_keys', { name: 'K', workspace_id: workspace.id })
    const workspaceOf = async (method: string, path: string, sent?: string) => {
      const { headers } = await call(method, path, undefined, sent === undefined ? {} : { key: sent })
      return headers.get('anthropic-workspace-id')
    }
    expect(await workspaceOf('GET', '/v1/models', key.secret)).toBe(workspace.id)
    expect(await workspaceOf('GET', '/v1/models/unknown', key.secret)).toBe(workspace.id)
    expect(await workspaceOf('POST', '/v1/messages', key.secret)).toBe(workspace.id)
    expect(await workspaceOf('GET', '/v1/models', defaultKey.secret)).toBe(defaultKey.scope.workspace_id)
    // Not where there is no workspace, or no key.
    expect(await workspaceOf('GET', '/v1/models', 'unknown')).toBeNull()
    expect(await workspaceOf('GET', '/v1/organizations/me')).toBeNull()
  })

  it('may use the models that they are given, or all', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body: key } = await call('POST', '/continuo/api_keys', { name: 'Key' })
    const path = `/continuo/api_keys/${key.id}`
    const modelsOf = async (change: object) => (await call('POST', path, change)).body.allowed_models
    expect(key.allowed_models).toBeNull()
    expect(await modelsOf({ allowed_models: ['claude-2.1'] })).toEqual(['claude-2.1'])
    expect(await modelsOf({ name: 'Other' })).toEqual(['claude-2.1'])
    const asked = { model: 'claude-2.0', max_tokens_to_sample: 1, prompt: '\n\nHuman: a\n\nAssistant:' }
    const complete = () => call('POST', '/v1/complete', asked, { key: key.secret })
    expect(await complete()).toMatchObject({ status: 404, body: { error: { type: 'not_found_error' } } })
    expect(await modelsOf({ allowed_models: null })).toBeNull()
    expect((await complete()).status).toBe(200)
  })

  it('are of the default workspace by default, whose real id they show', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body: key } = await call('POST', '/continuo/api_keys', { name: 'Key' })
    const { body: workspaces } = await call('GET', '/v1/organizations/workspaces?include_default=true')
    const scope = { type: 'workspace', workspace_id: workspaces.first_id }
    expect(key).toMatchObject({ scope, workspace_id: null })
    const listed = await call('GET', `${API_KEYS}?workspace_id=${workspaces.first_id}`)
    expect(listed.body.data).toMatchObject([{ id: key.id, scope }])
  })

  it('are deactivated and activated on every route at once', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body: key } = await call('POST', '/continuo/api_keys', { name: 'Key' })
    const statusOfCall = async () => (await call('GET', '/v1/models', undefined, { key: key.secret })).status
    const path = `${API_KEYS}/${key.id}`
    expect((await call('POST', path, { status: 'inactive', name: 'Off' })).body).toMatchObject({
      status: 'inactive',
      name: 'Off',
    })
    expect(await statusOfCall()).toBe(401)
    expect((await call('POST', path, { status: 'active', name: null })).body).toMatchObject({
      status: 'active',
      name: 'Off',
    })
    expect(await statusOfCall()).toBe(200)
    expect((await call('POST', path, { status: 'archived' })).body.status).toBe('archived')
    expect((await call('POST', path, {})).body.status).toBe('archived')
    expect((await call('POST', path, { status: 'active' })).status).toBe(400)
    expect(await statusOfCall()).toBe(401)
  })

  it('are listed by status, workspace and creator', async () => {
    const state = await database.open()
    let nowMs = Date.UTC(2026, 0, 1)
    const { call } = await openAdminApp(state, { nowMs: () => nowMs++ })
    const create = async (name: string, more = {}) =>
      (await call('POST', '/continuo/api_keys', { name, ...more })).body.id
    const active = await create('active')
    const expired = await create('expired', { expires_at: '2026-01-02T00:00:00Z' })
    const inactive = await create('inactive')
    const archived = await create('archived')
    await call('POST', `${API_KEYS}/${inactive}`, { status: 'inactive' })
    await call('POST', `${API_KEYS}/${archived}`, { status: 'archived' })
    await state.db.updateTable('apiKeys').set({ createdBy: 'user_1' }).where('id', '=', active).execute()
    nowMs = Date.UTC(2026, 0, 3)
    const idsOf = async (query: string) => {
      const { body } = await call('GET', `${API_KEYS}${query}`)
      return body.data.map(({ id }: { id: string }) => id)
    }
    expect(await idsOf('')).toEqual([archived, inactive, expired, active])
    for (const [status, id] of Object.entries({ active, inactive, archived, expired })) {
      expect(await idsOf(`?status=${status}`)).toEqual([id])
      expect((await call('GET', `${API_KEYS}/${id}`)).body.status).toBe(status)
    }
    expect(await idsOf('?created_by_user_id=user_1')).toEqual([active])
    expect(await idsOf('?workspace_id=wrkspc_1')).toEqual([])
    expect((await call('GET', `${API_KEYS}?created_by_user_id=user_1`)).body.data).toMatchObject([
      { created_by: { id: 'user_1', type: 'user' } },
    ])
    expect(await call('GET', `${API_KEYS}?status=lost`)).toMatchObject({
      status: 400,
      body: { error: { message: "status: Input should be 'active', 'inactive', 'archived' or 'expired'" } },
    })
  })

  it('of the configuration are listed, and changed there alone', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const declared = new DeclaredKeys({ apiKeys: [ORDINARY_KEY], sharedCache: false })
    await storeDeclaredKeys(state, declared.rows)
    const { body } = await call('GET', API_KEYS)
    expect(body.data).toHaveLength(1)
    expect(await call('POST', `${API_KEYS}/${body.first_id}`, { status: 'inactive' })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/declared in the server's configuration/) } },
    })
  })

  it('of a service account open the Admin API as far as its role allows', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const account = await call('POST', '/v1/organizations/service_accounts', { name: 'ci' })
    const key = await call('POST', '/continuo/api_keys', {
      name: 'CI',
      workspace_id: null,
      principal_id: account.body.id,
    })
    expect(key.body).toMatchObject({
      principal: { type: 'service_account_actor', service_account_id: account.body.id },
      scope: { type: 'organization' },
      workspace_id: null,
    })
    const asAccount = { key: key.body.secret }
    expect((await call('GET', API_KEYS, undefined, asAccount)).status).toBe(200)
    const invite = { email: 'a@b.c', role: 'user' }
    const denied = await call('POST', '/v1/organizations/invites', invite, asAccount)
    expect(denied).toMatchObject({
      status: 403,
      body: {
        error: { message: "Missing required scopes. Got: ['role:developer'] Needed: ['write:members']" },
      },
    })
    const path = `/v1/organizations/service_accounts/${account.body.id}`
    await call('POST', path, { organization_role: 'admin' })
    expect((await call('POST', '/v1/organizations/invites', invite, asAccount)).status).toBe(200)
    await call('POST', `${path}/archive`)
    expect((await call('GET', API_KEYS, undefined, asAccount)).status).toBe(401)
  })

  it('of others are not created by those who may do less', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const create = async (name: string, role: string) => {
      const { body } = await call('POST', '/v1/organizations/service_accounts', {
        name,
        organization_role: role,
      })
      return body.id as string
    }
    const [developer, admin] = [await create('developer', 'developer'), await create('admin', 'admin')]
    const asked = { name: 'K', workspace_id: null, principal_id: developer }
    const { body: key } = await call('POST', '/continuo/api_keys', asked)
    const asDeveloper = { key: key.secret as string }
    expect((await call('POST', '/continuo/api_keys', asked, asDeveloper)).status).toBe(200)
    expect((await call('POST', '/continuo/api_keys', { name: 'K' }, asDeveloper)).status).toBe(200)
    const denied = [
      ['/continuo/api_keys', { ...asked, principal_id: admin }],
      ['/continuo/admin_keys', { name: 'K' }],
      ['/continuo/users', { email: 'a@b.c', name: 'A', role: 'admin' }],
      [`/v1/organizations/service_accounts/${developer}`, { organization_role: 'admin' }],
    ] as const
    for (const [path, body] of denied) expect((await call('POST', path, body, asDeveloper)).status).toBe(403)
    const created = await call('GET', `${API_KEYS}?created_by_user_id=${developer}`)
    expect(created.body.data).toHaveLength(2)
    expect(created.body.data[0].created_by).toEqual({ id: developer, type: 'service_account' })
  })

  it('show when they were last used', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const ids: string[] = []
    for (const name of ['used', 'unused'])
      ids.push((await call('POST', '/continuo/api_keys', { name })).body.id)
    const rows = [3_000, 5_000, 4_000].map((at) =>
      usageRow({ requestId: `r${at}`, apiKeyId: ids[0] ?? '', at }),
    )
    await state.db.insertInto('requests').values(rows).execute()
    const lastUse = '1970-01-01T00:00:05.000Z'
    expect((await call('GET', `/continuo/api_keys/${ids[0]}`)).body.last_used_at).toBe(lastUse)
    const { body } = await call('GET', '/continuo/api_keys')
    const uses = new Map(
      body.data.map((key: { id: string; last_used_at: string }) => [key.id, key.last_used_at]),
    )
    expect(uses.get(ids[0] ?? '')).toBe(lastUse)
    expect(uses.get(ids[1] ?? '')).toBeNull()
  })

  it('are refused with the place of what is wrong', async () => {
    const { call } = await openAdminApp(await database.open())
    const refused: [object, number, string | RegExp][] = [
      [{}, 400, 'name: Field required'],
      [{ name: '' }, 400, 'name: String should have at least 1 character'],
      [{ name: 'x'.repeat(501) }, 400, 'name: String should have at most 500 characters'],
      [{ name: 'K', expires_at: 'tomorrow' }, 400, /^expires_at: Input should be a time such as/],
      [{ name: 'K', expires_at: '2020-01-01T00:00:00Z' }, 400, 'expires_at: Input should be in the future'],
      [{ name: 'K', workspace_id: 'wrkspc_1' }, 404, 'Workspace `wrkspc_1` not found.'],
      [{ name: 'K', workspace_id: null }, 400, /^workspace_id: only a key of a user or service account/],
      [{ name: 'K', principal_id: 'svac_1' }, 404, 'Service account `svac_1` not found.'],
      [{ name: 'K', allowed_models: ['claude-2.1', 'x'] }, 400, /^allowed_models\.1: there is no model "x"/],
      [{ name: 'K', allowed_models: [''] }, 400, 'allowed_models.0: String should have at least 1 character'],
    ]
    for (const [body, status, message] of refused) {
      const response = await call('POST', '/continuo/api_keys', body)
      expect(response.status).toBe(status)
      expect(response.body.error.message).toMatch(message)
    }
    expect(await call('POST', `${API_KEYS}/apikey_1`, {})).toMatchObject({ status: 404 })
  })
})

describeOnDatabases('admin keys', (database) => {
  it('are created, listed and revoked apart from the others', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body: created } = await call('POST', ADMIN_KEYS, { name: 'Ann' })
    const { secret, ...key } = created
    expect(secret).toMatch(/^sk-ant-admin01-[\w-]{43}$/)
    expect(key).toMatchObject({ type: 'admin_key', name: 'Ann', status: 'active', expires_at: null })
    expect((await call('GET', ADMIN_KEYS, undefined, { key: secret })).body.data).toEqual([key])
    expect((await call('GET', API_KEYS)).body.data).toEqual([])
    expect((await call('GET', `${API_KEYS}/${key.id}`)).status).toBe(404)
    expect((await call('GET', `${ADMIN_KEYS}/${key.id}`)).body).toEqual(key)
    expect((await call('POST', `${ADMIN_KEYS}/${key.id}`, { status: 'archived' })).body.status).toBe(
      'archived',
    )
    expect((await call('GET', ADMIN_KEYS, undefined, { key: secret })).status).toBe(401)
  })
})

describeOnDatabases('the audit trail', (database) => {
  it('has a line for each change, with who made it, and none for what was refused', async () => {
    const state = await database.open()
    let nowMs = Date.UTC(2026, 10, 30)
    const { call } = await openAdminApp(state, { nowMs: () => nowMs++ })
    const { body: admin } = await call('POST', ADMIN_KEYS, { name: 'Ann' })
    const asAnn = { key: admin.secret }
    const { body: workspace } = await call('POST', '/v1/organizations/workspaces', { name: 'W' }, asAnn)
    await call('POST', '/v1/organizations/workspaces', { name: '' }, asAnn)
    await call('POST', `/v1/organizations/users/user_1`, { role: 'user' }, asAnn)
    const { body: key } = await call(
      'POST',
      '/continuo/api_keys',
      { name: 'K', workspace_id: workspace.id },
      asAnn,
    )
    await call('POST', `${API_KEYS}/${key.id}`, { status: 'inactive' }, asAnn)
    const { body } = await call('GET', '/continuo/audit_events?limit=3')
    expect(body).toMatchObject({ has_more: true, first_id: body.data[0].id, last_id: body.data[2].id })
    const ann = { type: 'admin_key', id: admin.id }
    expect(body.data).toMatchObject([
      {
        type: 'audit_event',
        actor: ann,
        action: 'api-key.update',
        subject_id: key.id,
        detail: { status: 'inactive' },
      },
      {
        actor: ann,
        action: 'api-key.create',
        subject_id: key.id,
        detail: { name: 'K', workspace_id: workspace.id },
      },
      { actor: ann, action: 'workspace.create', subject_id: workspace.id, detail: { name: 'W' } },
    ])
    const rest = await call('GET', `/continuo/audit_events?after_id=${body.last_id}`)
    expect(rest.body.data).toMatchObject([{ action: 'admin-key.create', subject_id: admin.id }])
    const trail = JSON.stringify([body, rest.body])
    for (const { secret } of [admin, key]) expect(trail).not.toContain(secret)
  })
})

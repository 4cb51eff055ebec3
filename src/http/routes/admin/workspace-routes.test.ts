import { expect, it } from 'vitest'
import { ADMIN_KEY, ORDINARY_KEY, openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'

const WORKSPACES = '/v1/organizations/workspaces'

describeOnDatabases('workspaces', (database) => {
  it('are created, read, changed and archived', async () => {
    const state = await database.open()
    let nowMs = Date.UTC(2026, 10, 30)
    const { call } = await openAdminApp(state, { nowMs: () => nowMs })
    const created = await call('POST', WORKSPACES, {
      name: 'Über 👋',
      tags: { env: 'prod', __proto__x: 'y' },
    })
    expect(created).toMatchObject({ status: 200 })
    expect(created.body).toEqual({
      type: 'workspace',
      id: expect.stringMatching(/^wrkspc_01\w{22}$/),
      archived_at: null,
      compartment_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      created_at: '2026-11-30T00:00:00.000Z',
      data_residency: {
        allowed_inference_geos: 'unrestricted',
        default_inference_geo: 'global',
        workspace_geo: 'us',
      },
      display_color: '#6C5BB9',
      external_key_id: null,
      name: 'Über 👋',
      tags: { env: 'prod', __proto__x: 'y' },
      user_profile_id: null,
    })
    const path = `${WORKSPACES}/${created.body.id}`
    expect((await call('GET', path)).body).toEqual(created.body)
    expect((await call('POST', path, {})).body).toEqual(created.body)
    const changed = await call('POST', path, {
      name: 'New',
      display_color: '#00aAfF',
      tags: { env: null, team: 'x' },
      data_residency: { allowed_inference_geos: ['us', 'global'], default_inference_geo: 'us' },
    })
    expect(changed.body).toEqual({
      ...created.body,
      name: 'New',
      display_color: '#00aAfF',
      tags: { __proto__x: 'y', team: 'x' },
      data_residency: {
        allowed_inference_geos: ['us', 'global'],
        default_inference_geo: 'us',
        workspace_geo: 'us',
      },
    })
    nowMs += 1_000
    const archived = { ...changed.body, archived_at: '2026-11-30T00:00:01.000Z' }
    expect((await call('POST', `${path}/archive`)).body).toEqual(archived)
    nowMs += 1_000
    expect((await call('POST', `${path}/archive`)).body).toEqual(archived)
    expect((await call('GET', path)).body).toEqual(archived)
    expect(await call('POST', path, { name: 'Again' })).toMatchObject({ status: 400 })
  })

  it('archive their keys with them, at once', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body: workspace } = await call('POST', WORKSPACES, { name: 'W' })
    const { body: key } = await call('POST', '/continuo/api_keys', { name: 'K', workspace_id: workspace.id })
    const asks = () => call('GET', '/v1/models', undefined, { key: key.secret })
    expect((await asks()).status).toBe(200)
    await call('POST', `${WORKSPACES}/${workspace.id}/archive`)
    expect((await asks()).status).toBe(401)
    expect((await call('GET', `/v1/organizations/api_keys/${key.id}`)).body.status).toBe('archived')
    expect(await call('POST', `/v1/organizations/api_keys/${key.id}`, { status: 'active' })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/is archived, which cannot be undone/) } },
    })
    expect(await call('POST', '/continuo/api_keys', { name: 'K', workspace_id: workspace.id })).toMatchObject(
      {
        status: 400,
      },
    )
  })

  it('are listed, the newest first, the default one and archived ones if asked for', async () => {
    const state = await database.open()
    let nowMs = Date.now()
    const { call } = await openAdminApp(state, { nowMs: () => nowMs++ })
    const ids: string[] = []
    for (const name of ['A', 'B', 'C']) ids.push((await call('POST', WORKSPACES, { name })).body.id)
    await call('POST', `${WORKSPACES}/${ids[1]}/archive`)
    const namesOf = async (query: string) => {
      const { body } = await call('GET', `${WORKSPACES}${query}`)
      return body.data.map(({ name }: { name: string }) => name)
    }
    expect(await namesOf('')).toEqual(['C', 'A'])
    expect(await namesOf('?include_archived=true')).toEqual(['C', 'B', 'A'])
    expect(await namesOf('?include_default=true')).toEqual(['C', 'A', 'Default'])
    expect(await namesOf(`?ids[]=${ids[0]}&ids%5B%5D=unknown`)).toEqual(['A'])
    // A cursor is a place, also of a row that the list leaves out.
    expect(await namesOf(`?after_id=${ids[1]}`)).toEqual(['A'])
    expect(await call('GET', `${WORKSPACES}?limit=1`)).toMatchObject({
      body: { has_more: true, first_id: ids[2] },
    })
    expect(await call('GET', `${WORKSPACES}?include_archived=yes`)).toMatchObject({
      status: 400,
      body: { error: { message: 'include_archived: Input should be a valid boolean' } },
    })
  })

  it('include a default one that has an id, keeps its name and cannot be archived', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body } = await call('GET', `${WORKSPACES}?include_default=true`)
    expect(body.data).toMatchObject([{ name: 'Default', id: expect.stringMatching(/^wrkspc_01\w{22}$/) }])
    const path = `${WORKSPACES}/${body.first_id}`
    expect((await call('GET', path)).body).toEqual(body.data[0])
    for (const [method, tail, change] of [
      ['POST', '', { name: 'Mine' }],
      ['POST', '/archive', undefined],
      ['GET', '/members', undefined],
    ] as const) {
      const refused = await call(method, path + tail, change)
      expect(refused).toMatchObject({ status: 400, body: { error: { message: /The default workspace/ } } })
    }
    // Opened again, it is the same.
    const again = await openAdminApp(state)
    expect((await again.call('GET', `${WORKSPACES}?include_default=true`)).body).toEqual(body)
  })

  it('are refused with the place of what is wrong', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const refused: [object, string | RegExp][] = [
      [{}, 'name: Field required'],
      [{ name: '' }, 'name: String should have at least 1 character'],
      [{ name: 'x'.repeat(256) }, 'name: String should have at most 255 characters'],
      [{ name: 'W', display_color: 'red' }, /^display_color: String should match pattern/],
      [{ name: 'W', tags: [] }, 'tags: Input should be a valid dictionary'],
      [
        { name: 'W', tags: { anthropic_x: 'y' } },
        "tags.anthropic_x: Tag keys may not begin with 'anthropic'",
      ],
      [{ name: 'W', tags: { a: 1 } }, 'tags.a: Input should be a valid string'],
      [{ name: 'W', tags: { a: null } }, 'tags.a: Input should be a valid string'],
      [
        { name: 'W', tags: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`t${n}`, 'x'])) },
        'tags: Dictionary should have at most 50 items',
      ],
      [
        {
          name: 'W',
          tags: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`t${n}`, 'x'.repeat(250)])),
        },
        'tags: they should have at most 4096 characters together.',
      ],
      [
        { name: 'W', data_residency: { workspace_geo: 'eu' } },
        "data_residency.workspace_geo: Input should be 'us'",
      ],
      [
        { name: 'W', data_residency: { allowed_inference_geos: ['us'] } },
        'data_residency.default_inference_geo: Input should be one of data_residency.allowed_inference_geos',
      ],
      [{ name: 'W', external_key_id: 'ekey_1' }, /^external_key_id: this server has no external keys/],
      [{ name: 'W', id: 'wrkspc_1' }, 'id: Extra inputs are not permitted'],
    ]
    for (const [body, message] of refused) {
      const response = await call('POST', WORKSPACES, body)
      expect(response.status).toBe(400)
      expect(response.body.error.message).toMatch(message)
    }
    expect(await call('GET', `${WORKSPACES}/wrkspc_1`)).toMatchObject({
      status: 404,
      body: { error: { message: 'Workspace `wrkspc_1` not found.' } },
    })
  })

  it('have no more tags after many changes than after one', async () => {
    const { call } = await openAdminApp(await database.open())
    const tagsOf = (from: number) =>
      Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`t${from + n}`, 'x']))
    const { body } = await call('POST', WORKSPACES, { name: 'W', tags: tagsOf(0) })
    const more = await call('POST', `${WORKSPACES}/${body.id}`, { tags: tagsOf(25) })
    expect(more).toMatchObject({ status: 400 })
    expect(more.body.error.message).toBe(
      'tags: a workspace has at most 50; remove one by setting it to null.',
    )
    expect((await call('POST', `${WORKSPACES}/${body.id}`, { tags: { t0: null, u0: 'y' } })).status).toBe(200)
  })

  it('keep ids that a lenient server accepts', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state, { isLenient: true })
    const ids = { external_key_id: 'ekey_1', user_profile_id: 'uprof_1' }
    const { body } = await call('POST', WORKSPACES, { name: 'W', ...ids, inference_data_privacy: {} })
    expect(body).toMatchObject(ids)
    const path = `${WORKSPACES}/${body.id}`
    expect(await call('POST', path, { external_key_id: 'ekey_1' })).toMatchObject({ status: 200 })
    expect(await call('POST', path, { external_key_id: 'ekey_2' })).toMatchObject({ status: 400 })
  })

  it('are for admin keys, in either header', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    expect(await call('GET', WORKSPACES, undefined, { key: ORDINARY_KEY })).toMatchObject({
      status: 403,
      body: {
        type: 'error',
        error: {
          type: 'permission_error',
          message: "Missing required scopes. Got: ['api:inference'] Needed: ['read:workspaces']",
          details: { error_code: 'api_key_scope_missing' },
        },
      },
    })
    expect(await call('GET', WORKSPACES, undefined, { key: 'unknown' })).toMatchObject({
      status: 401,
      body: { error: { type: 'authentication_error', message: 'invalid x-api-key' } },
    })
    expect(await call('GET', WORKSPACES, undefined, { key: '' })).toMatchObject({ status: 401 })
    expect(await call('GET', '/v1/models', undefined, { key: ADMIN_KEY })).toMatchObject({ status: 401 })
    const open = await openAdminApp(state, { access: 'open' })
    expect(await open.call('GET', WORKSPACES, undefined, { key: 'any' })).toMatchObject({ status: 403 })
    expect(await open.call('GET', WORKSPACES, undefined, { key: 'sk-ant-admin01-x' })).toMatchObject({
      status: 401,
    })
  })
})

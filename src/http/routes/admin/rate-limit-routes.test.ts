import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'
import { fillTable } from '../../../../test/fill-table.ts'
import type { Accounts } from '../../../accounts/accounts.ts'
import { MAX_STORED_LIMITS } from '../../../limits/check-limit-count.ts'
import { configuredRules } from '../../../limits/configured-rules.ts'
import { LimitedModels } from '../../../limits/limited-models.ts'
import { LIMITS_SCHEMA } from '../../../limits/settings.ts'
import { readStoredRules } from '../../../limits/stored-rules.ts'
import { rateLimitRoutes } from './rate-limit-routes.ts'

const LIMITS = '/v1/organizations/rate_limits'
const WORKSPACES = '/v1/organizations/workspaces'
const MODELS = ['large-1', 'small-1', 'small-2']
const SETTINGS = LIMITS_SCHEMA.parse({
  modelGroups: { small: ['small-1', 'small-2'] },
  organization: {
    requestsPerMinute: 100,
    models: { small: { inputTokensPerMinute: 5_000 }, 'large-1': { concurrentRequests: 2 } },
  },
  workspaces: { wrkspc_fixed: { requestsPerMinute: 7 } },
})

function routesOf(accounts: Accounts) {
  const models = new LimitedModels({
    stateId: accounts.state.id,
    modelGroups: SETTINGS.modelGroups,
    modelIds: () => MODELS,
    resolveModel: (id) => (MODELS.includes(id) ? id : undefined),
  })
  const names = { workspaces: new Map<string, string[]>(), keys: new Map<string, string[]>() }
  const configured = configuredRules(SETTINGS, names)
  const rules = { lenientPaging: false, lenientAccounts: false }
  return rateLimitRoutes({ accounts, models, configured: () => configured }, rules)
}

async function open(database: TestDatabase) {
  const state = await database.open()
  return { state, ...(await openAdminApp(state, { moreRoutes: routesOf })) }
}

describeOnDatabases('rate limits', (database) => {
  it('are those of the organization, group by group', async () => {
    const { call } = await open(database)
    const { body } = await call('GET', LIMITS)
    expect(body).toEqual({
      data: [
        {
          type: 'rate_limit',
          id: expect.stringMatching(/^rl_01\w{22}$/),
          group: {
            type: 'model_group',
            id: expect.stringMatching(/^rlg_01\w{22}$/),
            display_name: 'All models',
          },
          group_type: 'model_group',
          limits: [{ type: 'requests_per_minute', value: 100 }],
          models: MODELS,
        },
        expect.objectContaining({
          group: expect.objectContaining({ display_name: 'small' }),
          limits: [{ type: 'input_tokens_per_minute_cache_aware', value: 5_000 }],
          models: ['small-1', 'small-2'],
        }),
        expect.objectContaining({
          limits: [{ type: 'concurrent_requests', value: 2 }],
          models: ['large-1'],
        }),
      ],
      next_page: null,
    })
    const first = await call('GET', `${LIMITS}?limit=2`)
    expect(first.body.data).toEqual(body.data.slice(0, 2))
    const second = await call('GET', `${LIMITS}?limit=2&page=${first.body.next_page}`)
    expect(second.body).toEqual({ data: body.data.slice(2), next_page: null })
    expect((await call('GET', `${LIMITS}?group_type=batch`)).body.data).toEqual([])
    const names = (await call('GET', `${LIMITS}?model=small-2`)).body.data.map(
      ({ group }: { group: { display_name: string } }) => group.display_name,
    )
    expect(names).toEqual(['All models', 'small'])
  })

  it('refuse what does not exist', async () => {
    const { call } = await open(database)
    const { body: workspace } = await call('POST', WORKSPACES, { name: 'W' })
    const ofWorkspace = `${WORKSPACES}/${workspace.id}/rate_limits`
    const limits = [{ type: 'requests_per_minute', value: 1 }]
    expect(await call('GET', `${LIMITS}?model=none`)).toMatchObject({ status: 404 })
    expect(await call('GET', `${LIMITS}?page=page`)).toMatchObject({ status: 400 })
    expect(await call('GET', `${LIMITS}?group_type=x`)).toMatchObject({ status: 400 })
    expect(await call('GET', `${WORKSPACES}/none/rate_limits`)).toMatchObject({ status: 404 })
    expect(await call('POST', `${ofWorkspace}/none`, { limits })).toMatchObject({
      status: 404,
      body: { error: { type: 'not_found_error', message: 'Rate limit `none` not found.' } },
    })
    for (const [body, message] of [
      [{}, 'limits: Field required'],
      [{ limits: [{ type: 'x', value: 1 }] }, /^limits\.0\.type: Input should be /],
      [{ limits: [{ type: 'requests_per_minute', value: -1 }] }, /^limits\.0\.value: /],
      [{ limits: [{ type: 'requests_per_minute', value: 1.5 }] }, /^limits\.0\.value: /],
      [{ limits: [...limits, ...limits] }, 'limits: "requests_per_minute" is set twice'],
    ] as const) {
      const { status, body: refusal } = await call('POST', `${ofWorkspace}/small`, body)
      expect(status).toBe(400)
      expect(refusal.error.message).toMatch(message)
    }
    const { last_id: defaultId } = (await call('GET', `${WORKSPACES}?include_default=true`)).body
    expect(await call('POST', `${WORKSPACES}/${defaultId}/rate_limits/small`, { limits })).toMatchObject({
      status: 400,
    })
  })

  it('of a workspace are set, shown beside the inherited ones, and removed', async () => {
    const { call, state } = await open(database)
    const { body: workspace } = await call('POST', WORKSPACES, { name: 'W' })
    const path = `${WORKSPACES}/${workspace.id}/rate_limits`
    expect((await call('GET', path)).body).toEqual({ data: [], next_page: null })
    const [all] = (await call('GET', LIMITS)).body.data
    const set = await call('POST', `${path}/${all.id}`, {
      limits: [
        { type: 'requests_per_minute', value: 5 },
        { type: 'tool_uses_per_second', value: 3 },
      ],
    })
    const own = {
      type: 'workspace_rate_limit',
      group: all.group,
      group_type: 'model_group',
      limits: [
        { type: 'requests_per_minute', value: 5, org_limit: 100, source: { type: 'workspace' } },
        { type: 'tool_uses_per_second', value: 3, org_limit: null, source: { type: 'workspace' } },
      ],
      models: MODELS,
      rate_limit_id: all.id,
      workspace_id: workspace.id,
    }
    expect(set.body).toEqual(own)
    expect((await call('GET', path)).body.data).toEqual([own])
    expect(await readStoredRules(state)).toMatchObject({
      limits: [
        { scope: 'workspace', scopeId: workspace.id, modelGroup: 'all', measure: 'requests', amount: 5 },
      ],
    })
    const inherited = (await call('GET', `${path}?include_inherited=true`)).body.data
    expect(inherited[1].limits).toEqual([
      {
        type: 'input_tokens_per_minute_cache_aware',
        value: 5_000,
        org_limit: 5_000,
        source: { type: 'organization' },
      },
    ])
    const removed = await call('POST', `${path}/${all.id}`, {
      limits: [{ type: 'requests_per_minute', value: null }],
    })
    expect(removed.body.limits).toEqual([own.limits[1]])
    const { body: audit } = await call('GET', '/continuo/audit_events')
    expect(audit.data[0]).toMatchObject({ action: 'rate-limit.update' })
  })

  it('of anything are set and listed by a route that the real API does not have', async () => {
    const { call, state } = await open(database)
    const rules = '/continuo/rate_limits'
    await state.db
      .insertInto('apiKeys')
      .values({
        ...{ id: 'apikey_1', secretSha256: 'x', kind: 'api', name: 'k', createdAt: 1 },
        ...{ status: 'active', origin: 'console' },
      })
      .execute()
    const limits = [{ type: 'requests_per_minute', value: 5 }]
    const ofKey = { type: 'api_key', api_key_id: 'apikey_1' }
    const row = {
      type: 'rate_limit_rule',
      scope: ofKey,
      model_group: 'all',
      limiter: 'requests_per_minute',
      value: 5,
      origin: 'database',
    }
    expect((await call('POST', rules, { scope: ofKey, limits })).body).toEqual({
      data: [row],
      next_page: null,
    })
    const organization = { type: 'organization' }
    const ofModel = await call('POST', rules, { scope: organization, model_group: 'small-1', limits })
    expect(ofModel.body.data).toEqual([{ ...row, scope: organization, model_group: 'small-1' }])
    const { data } = (await call('GET', rules)).body
    expect(data).toHaveLength(6)
    expect(data.slice(-2)).toEqual([row, ...ofModel.body.data])
    expect(data[0]).toMatchObject({ scope: organization, value: 100, origin: 'configuration' })
    expect((await call('GET', `${rules}?limit=5`)).body.next_page).toBe('page_5')
    const removed = await call('POST', rules, {
      scope: ofKey,
      limits: [{ type: 'requests_per_minute', value: null }],
    })
    expect(removed.body.data).toEqual([])
    for (const [body, status] of [
      [{ scope: organization, limits }, 400],
      [{ scope: organization, model_group: 'none', limits }, 404],
      [{ scope: { type: 'api_key', api_key_id: 'none' }, limits }, 404],
      [{ limits }, 400],
      [{ scope: organization, model_group: '', limits }, 400],
    ] as const) {
      expect((await call('POST', rules, body)).status).toBe(status)
    }
  })

  it('are refused beyond the most that the database holds; replacing and removing go on', async () => {
    const { call, state } = await open(database)
    await fillTable(MAX_STORED_LIMITS - 1, async (from, count) => {
      const rule = { scope: 'key', modelGroup: 'all', measure: 'requests_per_minute' } as const
      const rows = Array.from({ length: count }, (_, index) => ({
        ...{ ...rule, scopeId: `apikey_${from + index}`, amount: 1, changedAt: 1 },
      }))
      await state.db.insertInto('limitRules').values(rows).execute()
    })
    const set = (type: string, value: number | null) =>
      call('POST', '/continuo/rate_limits', {
        scope: { type: 'organization' },
        model_group: 'small',
        limits: [{ type, value }],
      })
    expect((await set('requests_per_minute', 5)).status).toBe(200)
    const refused = await set('output_tokens_per_minute', 5)
    expect(refused.status).toBe(400)
    expect(refused.body.error.message).toContain('There are 10000 limits of rate already')
    expect((await set('requests_per_minute', 6)).status).toBe(200)
    expect((await set('requests_per_minute', null)).status).toBe(200)
    expect((await set('output_tokens_per_minute', 5)).status).toBe(200)
    expect((await readStoredRules(state)).limits).toHaveLength(MAX_STORED_LIMITS)
  }, 60_000)

  it('of the configuration are changed there alone', async () => {
    const { call, state } = await open(database)
    const { body: workspace } = await call('POST', WORKSPACES, { name: 'W' })
    await state.db
      .updateTable('workspaces')
      .set({ id: 'wrkspc_fixed' })
      .where('id', '=', workspace.id)
      .execute()
    const limits = [{ type: 'requests_per_minute', value: 1 }]
    expect(await call('POST', `${WORKSPACES}/wrkspc_fixed/rate_limits/all`, { limits })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("set by the server's configuration") } },
    })
    const others = [{ type: 'output_tokens_per_minute', value: 1 }]
    expect(
      await call('POST', `${WORKSPACES}/wrkspc_fixed/rate_limits/all`, { limits: others }),
    ).toMatchObject({ status: 200 })
  })
})

import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { fillTable } from '../../../../test/fill-table.ts'
import { recordUsage } from '../../../../test/random-usage.ts'
import { usageRow } from '../../../../test/usage-rows.ts'
import { MAX_STORED_LIMITS } from '../../../limits/check-limit-count.ts'
import type { SpendRule } from '../../../limits/limit-rule.ts'
import { readStoredRules } from '../../../limits/stored-rules.ts'
import type { State } from '../../../state/state.ts'
import { spendLimitRoutes } from './spend-limit-routes.ts'

const LIMITS = '/v1/organizations/spend_limits'
const WORKSPACES = '/v1/organizations/workspaces'
const RULES = { lenientPaging: false, lenientAccounts: false }
const NOW_MS = Date.UTC(2026, 10, 30, 12)
const NOW = '2026-11-30T12:00:00.000Z'

async function open(state: State, configured: readonly SpendRule[] = []) {
  let nowMs = NOW_MS
  return openAdminApp(state, {
    nowMs: () => nowMs++,
    moreRoutes: (accounts) => spendLimitRoutes({ accounts, configured: () => configured }, RULES),
  })
}

interface Row {
  readonly amount: string
}

async function addUser({ db }: State): Promise<void> {
  await db
    .insertInto('users')
    .values({
      id: 'user_1',
      email: 'jane@example.com',
      emailKey: 'jane@example.com',
      name: 'Jane',
      role: 'developer',
      addedAt: 1,
    })
    .execute()
}

describeOnDatabases('spend limits', (database) => {
  it('are refused beyond the most that the database holds; replacing and removing go on', async () => {
    const state = await database.open()
    const { call } = await open(state)
    await fillTable(MAX_STORED_LIMITS - 1, async (from, count) => {
      const limit = {
        scope: 'user',
        period: 'daily',
        amount: 1,
        isEnabled: 1,
        createdAt: 1,
        updatedAt: 1,
      } as const
      const rows = Array.from({ length: count }, (_, index) => {
        const id = `${from + index}`
        return { ...limit, id: `spl_${id}`, scopeId: `user_${id}` }
      })
      await state.db.insertInto('spendLimits').values(rows).execute()
    })
    const set = (period: string, amount: string) =>
      call('POST', LIMITS, { amount, period, scope: { type: 'organization' } })
    const first = await set('monthly', '100')
    expect(first.status).toBe(200)
    const refused = await set('weekly', '100')
    expect(refused.status).toBe(400)
    expect(refused.body.error.message).toContain('There are 10000 limits of money already')
    expect((await set('monthly', '200')).status).toBe(200)
    expect((await call('DELETE', `${LIMITS}/${first.body.id}`)).status).toBe(200)
    expect((await set('weekly', '100')).status).toBe(200)
  }, 60_000)

  it('are set, replaced, listed and deleted', async () => {
    const state = await database.open()
    const { call } = await open(state)
    const organization = { type: 'organization' }
    const set = await call('POST', LIMITS, { amount: '50000', scope: organization })
    expect(set.body).toEqual({
      type: 'spend_limit',
      id: expect.stringMatching(/^spl_01\w{22}$/),
      amount: '50000',
      created_at: expect.stringMatching(/^2026-11-30T12:00:00\.\d\d\dZ$/),
      currency: 'USD',
      is_enabled: true,
      period: 'monthly',
      scope: organization,
      updated_at: set.body.created_at,
    })
    expect(set.body.created_at >= NOW).toBe(true)
    expect(await readStoredRules(state)).toMatchObject({
      spend: [{ scope: 'organization', scopeId: '', period: 'monthly', amount: 500_000_000_000 }],
    })
    const replaced = await call('POST', LIMITS, { amount: '7', scope: organization, period: 'monthly' })
    expect(replaced.body).toMatchObject({ id: set.body.id, amount: '7', created_at: set.body.created_at })
    const daily = await call('POST', LIMITS, { amount: null, scope: organization, period: 'daily' })
    expect(daily.body).toMatchObject({ amount: null, period: 'daily' })
    expect((await readStoredRules(state)).spend).toHaveLength(1)
    const first = await call('GET', `${LIMITS}?limit=1`)
    expect(first.body.data).toEqual([daily.body])
    const second = await call('GET', `${LIMITS}?limit=1&page=${first.body.next_page}`)
    expect(second.body).toEqual({ data: [replaced.body], next_page: null })
    expect((await call('GET', `${LIMITS}/${set.body.id}`)).body).toEqual(replaced.body)
    expect((await call('DELETE', `${LIMITS}/${set.body.id}`)).body).toEqual({
      type: 'spend_limit_deleted',
      id: set.body.id,
    })
    expect(await call('GET', `${LIMITS}/${set.body.id}`)).toMatchObject({ status: 404 })
    expect(await call('DELETE', `${LIMITS}/${set.body.id}`)).toMatchObject({ status: 404 })
  })

  it('are of workspaces, keys and users too', async () => {
    const state = await database.open()
    await addUser(state)
    const { call } = await open(state)
    const { body: workspace } = await call('POST', WORKSPACES, { name: 'W' })
    const { last_id: defaultId } = (await call('GET', `${WORKSPACES}?include_default=true`)).body
    await state.db
      .insertInto('apiKeys')
      .values({
        ...{ id: 'apikey_1', secretSha256: 'x', kind: 'api', name: 'k', createdAt: 1 },
        ...{ status: 'active', origin: 'console' },
      })
      .execute()
    const scopes = [
      { type: 'workspace', workspace_id: workspace.id },
      { type: 'workspace', workspace_id: defaultId },
      { type: 'api_key', api_key_id: 'apikey_1' },
      { type: 'user', user_id: 'user_1' },
    ]
    for (const scope of scopes) {
      expect((await call('POST', LIMITS, { amount: '100', scope })).body).toMatchObject({ scope })
    }
    expect((await readStoredRules(state)).spend.map(({ scope, scopeId }) => [scope, scopeId]).sort()).toEqual(
      [
        ['key', 'apikey_1'],
        ['user', 'user_1'],
        ['workspace', 'default'],
        ['workspace', workspace.id],
      ],
    )
    const listed = async (query: string) =>
      (await call('GET', `${LIMITS}?${query}`)).body.data.map(({ scope }: { scope: object }) => scope)
    expect(await listed('scope_type[]=user&scope_type[]=api_key')).toEqual([scopes[3], scopes[2]])
    expect(await listed(`workspace_id=${defaultId}`)).toEqual([scopes[1]])
    expect(await listed('scope_type[]=seat_tier')).toEqual([])
  })

  it('show what users have spent of theirs in the present period', async () => {
    const state = await database.open()
    await addUser(state)
    const row = { actorId: 'user_1', uncachedInputCost: 1_234_500_000, outputCost: 0 }
    const others = { cacheReadCost: 0, cacheWrite5mCost: 0, cacheWrite1hCost: 0 }
    await recordUsage(state, [
      usageRow({ ...row, ...others, requestId: 'a', at: NOW_MS - 1 }),
      usageRow({ ...row, ...others, requestId: 'b', at: NOW_MS - 86_400_000 }),
      usageRow({ ...row, ...others, requestId: 'c', at: NOW_MS - 40 * 86_400_000 }),
    ])
    const { call } = await open(state)
    const scope = { type: 'user', user_id: 'user_1' }
    for (const period of ['daily', 'monthly']) {
      await call('POST', LIMITS, { amount: '500', scope, period })
    }
    const { body } = await call('GET', `${LIMITS}/effective`)
    const row0 = {
      actor: {
        type: 'user_actor',
        deleted: false,
        email_address: 'jane@example.com',
        name: 'Jane',
        user_id: 'user_1',
      },
      amount: '500',
      currency: 'USD',
      period: 'monthly',
      period_to_date_spend: '246.9',
      scope,
      source: scope,
      spend_limit_id: expect.stringMatching(/^spl_/),
    }
    expect(body).toEqual({
      data: [row0, { ...row0, period: 'daily', period_to_date_spend: '123.45' }],
      next_page: null,
    })
    expect((await call('GET', `${LIMITS}/effective?period[]=daily`)).body.data).toHaveLength(1)
    expect((await call('GET', `${LIMITS}/effective?user_ids[]=other`)).body.data).toEqual([])
  })

  it('of the configuration are listed last, the same everywhere, and changed there alone', async () => {
    const state = await database.open()
    const configured: SpendRule[] = [
      { scope: 'organization', scopeId: '', period: 'monthly', amount: 500_000_000_000 },
      { scope: 'workspace', scopeId: 'default', period: 'daily', amount: 20_000_000 },
      { scope: 'key', scopeId: '*', period: 'daily', amount: 10_000_000 },
    ]
    const { call } = await open(state)
    const organization = { type: 'organization' }
    const { body: replaced } = await call('POST', LIMITS, { amount: '7', scope: organization })
    const { body: daily } = await call('POST', LIMITS, { amount: '8', scope: organization, period: 'daily' })
    const { call: ask } = await open(state, configured)
    const { body: all } = await ask('GET', LIMITS)
    // What the database says does not hold where the configuration says something else.
    expect(all.data.slice(0, 2)).toEqual([daily, { ...replaced, is_enabled: false }])
    const { body: places } = await ask('GET', `${WORKSPACES}?include_default=true`)
    const shown = all.data.slice(2).toSorted((a: Row, b: Row) => Number(b.amount) - Number(a.amount))
    expect(shown).toMatchObject([
      { amount: '50000', period: 'monthly', scope: organization, is_enabled: true },
      { amount: '2', scope: { type: 'workspace', workspace_id: places.data[0].id } },
      { amount: '1', scope: { type: 'api_key', api_key_id: null } },
    ])
    const paged = []
    for (let page: string | null = ''; page !== null; ) {
      const { body } = await ask('GET', `${LIMITS}?limit=2${page === '' ? '' : `&page=${page}`}`)
      paged.push(...body.data)
      page = body.next_page
    }
    expect(paged).toEqual(all.data)
    const { body: ofOrganization } = await ask('GET', `${LIMITS}?scope_type[]=organization`)
    expect(ofOrganization.data).toHaveLength(3)
    const { body: ofDefault } = await ask('GET', `${LIMITS}?workspace_id=${places.data[0].id}`)
    expect(ofDefault.data).toEqual([shown[1]])
    const path = `${LIMITS}/${shown[0].id}`
    expect((await ask('GET', path)).body).toEqual(shown[0])
    expect((await (await open(state, configured)).call('GET', path)).body).toEqual(shown[0])
    for (const refused of [
      await ask('DELETE', path),
      await ask('POST', LIMITS, { amount: '1', scope: organization }),
    ]) {
      expect(refused).toMatchObject({ status: 400 })
      expect(refused.body.error.message).toMatch(/is set by the server's configuration \(limits\): change it/)
    }
  })

  it('refuse what they cannot be', async () => {
    const { call } = await open(await database.open())
    const scope = { type: 'organization' }
    for (const [body, message] of [
      [{}, /Field required/],
      [{ amount: 5, scope }, /^amount: /],
      [{ amount: '1.5', scope }, /^amount: Input should be a non-negative whole number of cents/],
      [{ amount: '999999999', scope }, /^amount: /],
      [{ amount: '1', scope: {} }, /^scope/],
      [{ amount: '1', scope: 'organization' }, /^scope/],
      [{ amount: '1', scope: { type: 'seat_tier', seat_tier: 'x' } }, /^scope/],
      [{ amount: '1', scope, period: 'yearly' }, /^period: Input should be 'daily', 'weekly' or 'monthly'/],
    ] as const) {
      const { status, body: refusal } = await call('POST', LIMITS, body)
      expect([status, refusal.error.type]).toEqual([400, 'invalid_request_error'])
      expect(refusal.error.message).toMatch(message)
    }
    for (const unknown of [
      { type: 'workspace', workspace_id: 'none' },
      { type: 'user', user_id: 'none\0' },
      { type: 'api_key', api_key_id: 'none' },
    ]) {
      expect(await call('POST', LIMITS, { amount: '1', scope: unknown })).toMatchObject({ status: 404 })
    }
    expect(await call('GET', `${LIMITS}?scope_type[]=x`)).toMatchObject({ status: 400 })
    expect(await call('GET', `${LIMITS}/effective?period[]=x`)).toMatchObject({ status: 400 })
    expect(await call('GET', LIMITS, undefined, { key: 'an-ordinary-key' })).toMatchObject({ status: 403 })
  })
})

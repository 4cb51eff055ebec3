import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'
import { recordUsage } from '../../../../test/random-usage.ts'
import { usageRow } from '../../../../test/usage-rows.ts'
import { shownDefaultWorkspaceId } from '../../../accounts/default-workspace.ts'
import { shownWorkspaceId, storedWorkspaceId } from '../../../accounts/workspace-id.ts'
import { UsageReports } from '../../../usage/usage-reports.ts'
import type { UsageRow } from '../../../usage/usage-row.ts'
import { requestLogRoutes } from './request-log-routes.ts'

const LOG = '/continuo/requests'
const START = Date.UTC(2026, 10, 1)

/** Fifty requests, of which some share everything that they can be filtered by. */
const ROWS: readonly UsageRow[] = Array.from({ length: 50 }, (_, index) =>
  usageRow({
    requestId: `req_${String(index).padStart(2, '0')}`,
    // Some end at the same time.
    at: START + Math.floor(index / 3) * 1_000,
    workspaceId: index % 2 === 0 ? 'default' : 'wrkspc_1',
    apiKeyId: index % 3 === 0 ? '' : `apikey_${index % 3}`,
    model: `model-${index % 4}`,
    status: [200, 200, 429, 500, 400][index % 5] ?? 200,
    batchId: index % 7 === 0 ? 'msgbatch_1' : null,
  }),
)

async function open(database: TestDatabase) {
  const state = await database.open()
  const app = await openAdminApp(state, {
    moreRoutes: (accounts) => {
      const ids = {
        resolveModel: (id: string) => id.replace('alias-', 'model-'),
        shownWorkspace: (id: string) => shownWorkspaceId(state, id),
        storedWorkspace: (id: string) => storedWorkspaceId(state, id),
      }
      return requestLogRoutes(new UsageReports(state, { ids, nowMs: accounts.nowMs }))
    },
  })
  await recordUsage(state, ROWS)
  async function list(query: string): Promise<string[]> {
    const ids: string[] = []
    for (let page = ''; ; ) {
      const { status, body } = await app.call('GET', `${LOG}?limit=7&${query}${page}`)
      expect(status).toBe(200)
      ids.push(...body.data.map(({ id }: { id: string }) => id))
      if (body.next_page === null) return ids
      page = `&page=${body.next_page}`
    }
  }
  return { ...app, state, list }
}

const newestFirst = (rows: readonly UsageRow[]) => rows.map(({ requestId }) => requestId).reverse()

describeOnDatabases('the log of requests', (database) => {
  it('lists those that match every filter, the newest first', async () => {
    const { list, state } = await open(database)
    const cases: readonly (readonly [query: string, matches: (row: UsageRow) => boolean])[] = [
      ['', () => true],
      ['api_key_id=apikey_1', ({ apiKeyId }) => apiKeyId === 'apikey_1'],
      ['workspace_id=wrkspc_1', ({ workspaceId }) => workspaceId === 'wrkspc_1'],
      [`workspace_id=${shownDefaultWorkspaceId(state.id)}`, ({ workspaceId }) => workspaceId === 'default'],
      ['model=alias-2', ({ model }) => model === 'model-2'],
      ['status=errors', ({ status }) => status >= 400],
      ['status=ok', ({ status }) => status < 400],
      ['status=429', ({ status }) => status === 429],
      ['batch_id=msgbatch_1', ({ batchId }) => batchId !== null],
      [
        'starting_at=2026-11-01T00:00:03Z&ending_at=2026-11-01T00:00:09Z',
        ({ at }) => at >= START + 3_000 && at < START + 9_000,
      ],
      ['status=errors&model=model-3', ({ status, model }) => status >= 400 && model === 'model-3'],
      ['model=none', () => false],
    ]
    for (const [query, matches] of cases)
      expect([query, await list(query)]).toEqual([query, newestFirst(ROWS.filter(matches))])
  })

  it('shows what a request used and cost', async () => {
    const { call, state } = await open(database)
    expect((await call('GET', `${LOG}/req_00`)).body).toEqual({
      ...{ type: 'request', id: 'req_00', ended_at: '2026-11-01T00:00:00.000Z' },
      workspace_id: shownDefaultWorkspaceId(state.id),
      ...{ api_key_id: null, actor_id: null, path: '/v1/messages', product: 'messages_api' },
      ...{ model: 'model-0', engine_model: 'engine-model', service_tier: 'standard', is_stream: false },
      ...{ status: 200, outcome: 'completed', stop_reason: 'end_turn', error_code: null },
      ...{ uncached_input_tokens: 10, cache_read_input_tokens: 20, output_tokens: 50 },
      cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 40 },
      ...{ first_token_ms: 5, total_ms: 100, output_tokens_per_second: 515.8 },
      ...{ batch_id: 'msgbatch_1', cost_usd: '0.00003795' },
    })
  })

  it('does without what is not known', async () => {
    const { call, state } = await open(database)
    await recordUsage(state, [
      usageRow({ requestId: 'req_bare', firstTokenMs: null, priceFrom: null, outputTokens: 0 }),
    ])
    expect((await call('GET', `${LOG}/req_bare`)).body).toMatchObject({
      ...{ first_token_ms: null, output_tokens_per_second: null, cost_usd: null },
    })
  })

  it('refuses what it cannot read', async () => {
    const { call } = await open(database)
    for (const query of ['status=6', 'status=bad', 'page=page_1', 'limit=0', 'starting_at=now'])
      expect([query, (await call('GET', `${LOG}?${query}`)).status]).toEqual([query, 400])
    expect((await call('GET', `${LOG}/req_none`)).status).toBe(404)
    expect((await call('GET', LOG, undefined, { key: 'an-ordinary-key' })).status).toBe(403)
  })
})

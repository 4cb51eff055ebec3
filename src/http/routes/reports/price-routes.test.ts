import { expect, it } from 'vitest'
import { ORDINARY_KEY, openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases, type TestDatabase } from '../../../../test/databases.ts'
import { usageRow } from '../../../../test/usage-rows.ts'
import { configuredPrices } from '../../../usage/price-settings.ts'
import { PriceTable } from '../../../usage/price-table.ts'
import { readStoredPrices } from '../../../usage/stored-prices.ts'
import { priceRoutes } from './price-routes.ts'

const PRICES = '/continuo/prices'
const NOW = Date.UTC(2026, 10, 30, 12)

describeOnDatabases('the prices of models', (database) => {
  it('are those of the configuration, and those that were set here', async () => {
    const { call, state } = await open(database)
    const set = await call('POST', PRICES, { model: 'mine', input: 0.07, output: 0.28 })
    const mine = {
      type: 'price',
      model: 'mine',
      valid_from: '2026-11-30T12:00:00Z',
      input: 0.07,
      output: 0.28,
      cache_read: 0.007,
      cache_write_5m: 0.0875,
      cache_write_1h: 0.14,
      batch_percent: 50,
      origin: 'database',
    }
    expect(set).toMatchObject({ status: 200, body: mine })
    const { body } = await call('GET', PRICES)
    expect(body).toEqual({
      data: [
        {
          ...mine,
          model: 'claude-2',
          valid_from: '1970-01-01T00:00:00Z',
          input: 8,
          output: 24,
          cache_read: 0.8,
          cache_write_5m: 10,
          cache_write_1h: 16,
          origin: 'configuration',
        },
        mine,
      ],
    })
    const table = new PriceTable()
    table.setStored(await readStoredPrices(state))
    const cost = (at: number) => table.costOf(usageRow({ model: 'mine', at, outputTokens: 100 })).outputCost
    expect([cost(NOW - 1), cost(NOW)]).toEqual([0, 28_000])
    expect((await call('GET', '/continuo/audit_events')).body.data[0]).toMatchObject({ action: 'price.set' })
  })

  it('are replaced at the same time, and added at another', async () => {
    const { call } = await open(database)
    const price = { model: 'mine', input: 1, output: 2, cache_read: 0, batch_percent: 100 }
    for (const valid_from of ['2026-12-01T00:00:00Z', '2026-12-01T01:00:00+01:00', '2027-01-01T00:00:00Z'])
      expect((await call('POST', PRICES, { ...price, valid_from })).status).toBe(200)
    const { body } = await call('GET', PRICES)
    expect(body.data.slice(1)).toMatchObject([
      { valid_from: '2026-12-01T00:00:00Z', cache_read: 0, batch_percent: 100 },
      { valid_from: '2027-01-01T00:00:00Z' },
    ])
  })

  it.each([
    [{ input: 1, output: 1 }, 'model: Field required'],
    [{ model: 'a\0b', input: 1, output: 1 }, 'model: String should have no control characters'],
    [{ model: 'm', input: 1 }, 'output: Field required'],
    [{ model: 'm', input: -1, output: 1 }, 'input: Input should be greater than or equal to 0'],
    [{ model: 'm', input: 1, output: 10_001 }, 'output: Input should be less than or equal to 10000'],
    [{ model: 'm', input: 1, output: 1, valid_from: 'tomorrow' }, 'The `valid_from` parameter contains'],
    [{ model: 'm', input: 1, output: 1, cached: 1 }, 'cached: Extra inputs are not permitted'],
    [{ model: 'claude-2.0', input: 1, output: 1 }, 'the configuration has the prices of claude-2.0'],
  ])('refuse %j', async (body, text) => {
    const { call } = await open(database)
    const response = await call('POST', PRICES, body)
    expect(response.status).toBe(400)
    expect(response.body.error.message).toContain(text)
  })

  it('are taken only from who may set prices', async () => {
    const { call } = await open(database)
    const { status } = await call('POST', PRICES, { model: 'm', input: 1, output: 1 }, { key: ORDINARY_KEY })
    expect(status).toBe(403)
  })
})

async function open(database: TestDatabase) {
  const state = await database.open()
  const { call } = await openAdminApp(state, {
    nowMs: () => NOW,
    moreRoutes: (accounts) =>
      priceRoutes(accounts, {
        configured: configuredPrices({ 'claude-2': { input: 8, output: 24, batchPercent: 50 } }),
        resolveModel: (id) => (id === 'claude-2' ? 'claude-2.0' : id),
      }),
  })
  return { state, call }
}

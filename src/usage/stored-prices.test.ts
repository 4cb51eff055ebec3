import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { announceChange, ChangeWatcher } from '../state/changes.ts'
import type { State } from '../state/state.ts'
import type { Price } from './price.ts'
import { PRICES_TOPIC, readStoredPrices, storePrice } from './stored-prices.ts'

const PRICE: Price = {
  model: 'model',
  validFrom: 5,
  uncachedInput: 1,
  output: 2,
  cacheRead: 3,
  cacheWrite5m: 4,
  cacheWrite1h: 5,
  batchPercent: 50,
}

describeOnDatabases('storePrice', (database) => {
  it('adds prices, and replaces that of the same time', async () => {
    const state = await database.open()
    await store(state, PRICE)
    await store(state, { ...PRICE, validFrom: 0 })
    await store(state, { ...PRICE, output: 7 })
    expect(await readStoredPrices(state)).toEqual([
      { ...PRICE, validFrom: 0 },
      { ...PRICE, output: 7 },
    ])
  })

  it('makes instances reload the prices', async () => {
    const state = await database.open()
    const loaded: number[] = []
    const watcher = new ChangeWatcher(state, {
      [PRICES_TOPIC]: async () => {
        loaded.push((await readStoredPrices(state)).length)
      },
    })
    await watcher.check()
    await store(state, PRICE)
    await watcher.check()
    await watcher.check()
    expect(loaded).toEqual([0, 1])
  })

  it('refuses more than there may be', async () => {
    const state = await database.open()
    await store(state, PRICE, 1)
    await store(state, PRICE, 1)
    await expect(store(state, { ...PRICE, validFrom: 6 }, 1)).rejects.toThrow(
      'There are 1 prices in the database already',
    )
    expect(await readStoredPrices(state)).toEqual([PRICE])
    await store(state, { ...PRICE, output: 7 }, 1)
    expect(await readStoredPrices(state)).toEqual([{ ...PRICE, output: 7 }])
  })
})

async function store({ db }: State, price: Price, maxPrices?: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await storePrice(transaction, price, maxPrices)
    await announceChange(transaction, PRICES_TOPIC)
  })
}

import { announceChange } from '../state/changes.ts'
import type { State } from '../state/state.ts'
import type { Price } from './price.ts'

/** What instances reload when a price has changed. */
export const PRICES_TOPIC = 'prices'
/** Most prices that the database may hold: instances keep them in memory. */
export const MAX_STORED_PRICES = 100_000

/** The prices of the database. */
export async function readStoredPrices({ db }: State): Promise<Price[]> {
  return await db
    .selectFrom('prices')
    .selectAll()
    .orderBy('model')
    .orderBy('validFrom')
    .limit(MAX_STORED_PRICES)
    .execute()
}

/** Adds a price, or replaces that of the same model and time. What requests have cost until now does not change. */
export async function storePrice({ db }: State, price: Price): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('prices')
      .values(price)
      .onConflict((conflict) => conflict.columns(['model', 'validFrom']).doUpdateSet(price))
      .execute()
    await announceChange(transaction, PRICES_TOPIC)
  })
}

import type { Kysely } from 'kysely'
import { CompletionError } from '../completion/completion-error.ts'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { Price } from './price.ts'

/** What instances reload when a price has changed. */
export const PRICES_TOPIC = 'prices'
/** Most prices that the database holds: instances keep them in memory. */
export const MAX_STORED_PRICES = 10_000

/** The prices of the database. */
export async function readStoredPrices({ db }: Pick<State, 'db'>): Promise<Price[]> {
  return await db
    .selectFrom('prices')
    .selectAll()
    .orderBy('model')
    .orderBy('validFrom')
    .limit(MAX_STORED_PRICES)
    .execute()
}

/**
 * Adds a price, or replaces that of the same model and time. What requests have cost until now does not change. It belongs
 * into a transaction that announces the topic.
 *
 * @throws CompletionError `invalid-request` when there are too many
 */
export async function storePrice(
  transaction: Kysely<Database>,
  price: Price,
  maxPrices = MAX_STORED_PRICES,
): Promise<Price> {
  const { model, validFrom, ...amounts } = price
  const stored = { ...price, model: storableText(model) }
  await transaction
    .insertInto('prices')
    .values(stored)
    .onConflict((conflict) => conflict.columns(['model', 'validFrom']).doUpdateSet(amounts))
    .execute()
  const { count } = await transaction
    .selectFrom('prices')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (count > maxPrices)
    throw new CompletionError(
      'invalid-request',
      `There are ${maxPrices} prices in the database already, as many as there may be: replace one, by its \`model\` and \`valid_from\`, or set prices in the server's configuration (prices).`,
    )
  return stored
}

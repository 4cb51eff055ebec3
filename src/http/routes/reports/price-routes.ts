import { type Accounts, changeAccounts } from '../../../accounts/accounts.ts'
import type { Price } from '../../../usage/price.ts'
import { priceOf } from '../../../usage/price-settings.ts'
import { PRICES_TOPIC, readStoredPrices, storePrice } from '../../../usage/stored-prices.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { priceBody } from '../../../wire/reports/price-body.ts'
import { parsePrice } from '../../../wire/reports/price-params.ts'
import type { AdminRoute } from '../admin/admin-route.ts'

const PRICES = '/continuo/prices'

/** What the routes of prices know of the configuration. */
export interface ConfiguredPrices {
  /** Models that the configuration names have its prices and no others. */
  readonly configured: readonly Price[]
  /** The id under which requests of an id or alias are recorded. */
  readonly resolveModel: (id: string) => string
}

/** The prices of models, which the real API keeps to itself. */
export function priceRoutes(
  accounts: Accounts,
  { configured, resolveModel }: ConfiguredPrices,
): readonly AdminRoute[] {
  const configuredModels = new Set(configured.map(({ model }) => resolveModel(model)))
  return [
    {
      method: 'GET',
      pattern: PRICES,
      action: 'read:analytics',
      async respond() {
        const stored = await readStoredPrices(accounts.state)
        const valid = stored.filter(({ model }) => !configuredModels.has(resolveModel(model)))
        return {
          data: [
            ...configured.map((price) => priceBody(price, 'configuration')),
            ...valid.map((price) => priceBody(price, 'database')),
          ],
        }
      },
    },
    {
      method: 'POST',
      pattern: PRICES,
      action: 'write:prices',
      async respond({ actor, readBody }) {
        const { model, setting } = parsePrice(await readBody(), accounts.nowMs())
        if (configuredModels.has(resolveModel(model)))
          throw invalidRequest(`model: the configuration has the prices of ${model}: change them there`)
        const price = await changeAccounts(accounts, actor, async ({ db, announce, record }) => {
          const stored = await storePrice(db, priceOf(model, setting))
          await announce(PRICES_TOPIC)
          await record('price.set', stored.model, setting)
          return stored
        })
        return priceBody(price, 'database')
      },
    },
  ]
}

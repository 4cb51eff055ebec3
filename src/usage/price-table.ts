import { costAt, NO_COST, type Price, type PricedUsage, type UsageCost } from './price.ts'

/** The name under which a price is for every model that has none of its own. */
export const ANY_MODEL = '*'

/** The prices of one model, the newest first. */
type PriceHistory = readonly Price[]

/**
 * What models cost: the prices of the configuration, and those of the database for models that the configuration does not
 * name. A model without a price costs nothing.
 */
export class PriceTable {
  readonly #resolveModel: (id: string) => string
  readonly #configured: ReadonlyMap<string, PriceHistory>
  #histories: ReadonlyMap<string, PriceHistory>

  /** @param resolveModel the id under which requests of an id or alias are recorded */
  constructor(configured: readonly Price[] = [], resolveModel = (id: string) => id) {
    this.#resolveModel = resolveModel
    this.#configured = this.#historiesOf(configured)
    this.#histories = this.#configured
  }

  /** Takes these prices as those of the database. */
  setStored(prices: readonly Price[]): void {
    this.#histories = new Map([...this.#historiesOf(prices), ...this.#configured])
  }

  /** What a request costs, at the price that is valid at its time. */
  costOf(usage: PricedUsage): UsageCost {
    const price = this.#priceAt(usage.model, usage.at) ?? this.#priceAt(ANY_MODEL, usage.at)
    return price === undefined ? NO_COST : costAt(price, usage)
  }

  #priceAt(model: string, at: number): Price | undefined {
    return this.#histories.get(model)?.find(({ validFrom }) => validFrom <= at)
  }

  #historiesOf(prices: readonly Price[]): Map<string, PriceHistory> {
    const histories = new Map<string, Price[]>()
    for (const price of [...prices].sort((a, b) => b.validFrom - a.validFrom)) {
      const model = this.#resolveModel(price.model)
      const history = histories.get(model)
      if (history === undefined) histories.set(model, [price])
      else history.push(price)
    }
    return histories
  }
}

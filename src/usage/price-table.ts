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
  readonly #configured: ReadonlyMap<string, PriceHistory>
  #histories: ReadonlyMap<string, PriceHistory>

  constructor(configured: readonly Price[] = []) {
    this.#configured = historiesOf(configured)
    this.#histories = this.#configured
  }

  /** Takes these prices as those of the database. */
  setStored(prices: readonly Price[]): void {
    this.#histories = new Map([...historiesOf(prices), ...this.#configured])
  }

  /** What a request costs, at the price that is valid at its time. */
  costOf(usage: PricedUsage): UsageCost {
    const price = this.#priceAt(usage.model, usage.at) ?? this.#priceAt(ANY_MODEL, usage.at)
    return price === undefined ? NO_COST : costAt(price, usage)
  }

  #priceAt(model: string, at: number): Price | undefined {
    return this.#histories.get(model)?.find(({ validFrom }) => validFrom <= at)
  }
}

function historiesOf(prices: readonly Price[]): Map<string, PriceHistory> {
  const histories = new Map<string, Price[]>()
  for (const price of [...prices].sort((a, b) => b.validFrom - a.validFrom)) {
    const history = histories.get(price.model)
    if (history === undefined) histories.set(price.model, [price])
    else history.push(price)
  }
  return histories
}

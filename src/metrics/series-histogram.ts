import type { Metric, Registry } from 'prom-client'

/** What a histogram is called and how it counts. */
export interface SeriesHistogramOptions {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[]
  readonly registry: Registry
}

type Observe = (value: number, times: number) => void

/** One set of labels. */
interface Series {
  readonly labels: Readonly<Record<string, string>>
  /** How many values lie in each bucket, and in none. */
  readonly counts: Float64Array
  sum: number
}

/**
 * A histogram for what happens with every request or token. A child of prom-client's makes a key of its labels for each
 * value, which takes longer than all the rest of it; what {@link series} returns goes straight to its place.
 */
export class SeriesHistogram {
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly #buckets: readonly number[]
  readonly #series: Series[] = []
  /** By all values of the labels, for those who have no place of their own. */
  readonly #observers = new Map<string, Observe>()

  constructor({ name, help, labelNames, buckets, registry }: SeriesHistogramOptions) {
    this.name = name
    this.help = help
    this.labelNames = labelNames
    this.#buckets = buckets
    // A registry asks a metric for its name and its values; its declared type admits only prom-client's own classes.
    registry.registerMetric(this as unknown as Metric)
  }

  /**
   * Adds one value to the series of this key, which is made with the first.
   *
   * @param key different for every set of labels
   */
  observe(key: string, labels: () => Readonly<Record<string, string>>, value: number): void {
    let observe = this.#observers.get(key)
    if (observe === undefined) {
      observe = this.series(labels())
      this.#observers.set(key, observe)
    }
    observe(value, 1)
  }

  /**
   * A new series; ask once for each set of labels.
   *
   * @returns adds a value to it, several times over where there were several
   */
  series(labels: Readonly<Record<string, string>>): Observe {
    const buckets = this.#buckets
    const counts = new Float64Array(buckets.length + 1)
    const series: Series = { labels, counts, sum: 0 }
    this.#series.push(series)
    return function observe(value, times) {
      let bucket = 0
      while (bucket < buckets.length && value > (buckets[bucket] ?? 0)) bucket += 1
      counts[bucket] = (counts[bucket] ?? 0) + times
      series.sum += value * times
    }
  }

  /** What a registry asks for. */
  async get(): Promise<object> {
    const { name, help, type, aggregator } = this
    return { name, help, type, aggregator, values: this.#series.flatMap((series) => this.#values(series)) }
  }

  #values({ labels, counts, sum }: Series): object[] {
    let count = 0
    const buckets = [...this.#buckets, '+Inf'].map((le, index) => {
      count += counts[index] ?? 0
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ]
  }
}

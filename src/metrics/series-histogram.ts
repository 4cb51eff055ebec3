import type { Metric, Registry } from 'prom-client'

export interface SeriesHistogramOptions {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[]
  readonly registry: Registry
}

type Observe = (value: number, times: number) => void

/** The values of one set of labels. */
interface Series {
  readonly labels: Readonly<Record<string, string>>
  /** Values per bucket; the last count is of values above all bounds. */
  readonly counts: Float64Array
  sum: number
}

/**
 * A histogram for values of every request or token. prom-client's builds a key from the labels for every value, which
 * takes longer than counting it; {@link series} looks its labels up once.
 */
export class SeriesHistogram {
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly #buckets: readonly number[]
  readonly #series: Series[] = []
  /** By key, for callers that keep no series. */
  readonly #observers = new Map<string, Observe>()

  constructor({ name, help, labelNames, buckets, registry }: SeriesHistogramOptions) {
    this.name = name
    this.help = help
    this.labelNames = labelNames
    this.#buckets = buckets
    // A registry only uses name and values of a metric; its declared type admits only prom-client's classes.
    registry.registerMetric(this as unknown as Metric)
  }

  /**
   * Adds one value to the series of this key, created with its first value.
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
   * Creates a series; call it once per set of labels.
   *
   * @returns adds a value to the series `times` times
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

  /** Called by the registry. */
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

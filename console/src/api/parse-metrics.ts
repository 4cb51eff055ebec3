/** One line of Prometheus's text. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const LINE = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g

/** Reads the text of `GET /metrics`. */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('#')) return []
    const [, name, labelText = '', value] = LINE.exec(line) ?? []
    if (name === undefined || value === undefined) return []
    const labels = [...labelText.matchAll(LABEL)].map(([, label = '', escaped = '']) => [
      label,
      unescaped(escaped),
    ])
    return [{ name, labels: Object.fromEntries(labels), value: value === '+Inf' ? Infinity : Number(value) }]
  })
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character))
}

/** The sum of a metric's values, of all labels or of those that fit. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  fits: (labels: Sample['labels']) => boolean = () => true,
): number {
  let total = 0
  for (const sample of samples) if (sample.name === name && fits(sample.labels)) total += sample.value
  return total
}

/** How often each bucket of a histogram was hit, by its upper bound. */
export type Histogram = ReadonlyMap<number, number>

/** The buckets of a histogram, of all labels together. The counts are cumulative, as Prometheus has them. */
export function histogramOf(samples: readonly Sample[], name: string): Histogram {
  const buckets = new Map<number, number>()
  for (const { name: each, labels, value } of samples) {
    if (each !== `${name}_bucket`) continue
    const bound = labels.le === '+Inf' ? Infinity : Number(labels.le)
    buckets.set(bound, (buckets.get(bound) ?? 0) + value)
  }
  return new Map([...buckets].sort(([a], [b]) => a - b))
}

/** What a histogram has counted since an earlier one. */
export function since(now: Histogram, before: Histogram): Histogram {
  return new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]))
}

/** A quantile, from 0 to 1, as Prometheus estimates it; NaN of nothing. */
export function quantileOf(histogram: Histogram, quantile: number): number {
  const buckets = [...histogram]
  const total = buckets.at(-1)?.[1] ?? 0
  if (total <= 0) return Number.NaN
  const rank = quantile * total
  let [lowerBound, lowerCount] = [0, 0]
  for (const [bound, count] of buckets) {
    if (count >= rank) {
      if (bound === Infinity) return lowerBound
      const share = count === lowerCount ? 1 : (rank - lowerCount) / (count - lowerCount)
      return lowerBound + (bound - lowerBound) * share
    }
    lowerBound = bound
    lowerCount = count
  }
  return lowerBound
}

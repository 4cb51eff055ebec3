/** The values of one group, one for each label. */
export interface Series {
  readonly name: string
  readonly values: readonly number[]
}

/** What a chart and its table show. */
export interface ChartData {
  /** What stands beneath the chart. */
  readonly labels: readonly string[]
  /** The labels in full, for the table. */
  readonly titles: readonly string[]
  readonly series: readonly Series[]
}

/** How many series have a color; what is beyond is added up. */
export const MAX_SERIES = 8
export const OTHERS = 'all others'

/** The largest series, largest first, and the sum of the rest: no chart has more than it has colors for. */
export function largestSeries(series: readonly Series[]): readonly Series[] {
  const sorted = series.toSorted((a, b) => sum(b.values) - sum(a.values))
  if (sorted.length <= MAX_SERIES) return sorted
  const rest = sorted.slice(MAX_SERIES - 1)
  const values = (rest[0]?.values ?? []).map((_, index) => sum(rest.map((each) => each.values[index] ?? 0)))
  return [...sorted.slice(0, MAX_SERIES - 1), { name: OTHERS, values }]
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The chart's table as a file for spreadsheets. */
export function toCsv({ titles, series }: ChartData, firstColumn: string): string {
  const rows = [
    [firstColumn, ...series.map(({ name }) => name)],
    ...titles.map((title, index) => [title, ...series.map(({ values }) => String(values[index] ?? 0))]),
  ]
  return rows
    .map((row) => row.map(csvCell).join(','))
    .join('\r\n')
    .concat('\r\n')
}

/** A text that begins like a formula is kept a text, since spreadsheets would run it. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

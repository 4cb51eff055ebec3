const LOCALE = 'en'
const COUNT = new Intl.NumberFormat(LOCALE)
const COMPACT = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 })
const PERCENT = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 })

/** 12345 as "12,345". */
export function formatCount(count: number): string {
  return COUNT.format(count)
}

/** 12345 as "12.3K": for axes and tiles. */
export function formatCompact(count: number): string {
  return COMPACT.format(count)
}

/** 0.123 as "12.3%". */
export function formatPercent(share: number): string {
  return PERCENT.format(share)
}

/** Dollars out of cents, which the API writes as decimals in a text. Small amounts keep two digits that say something. */
export function formatMoney(cents: string | number): string {
  const dollars = Number(cents) / 100
  if (dollars !== 0 && Math.abs(dollars) < 0.01) {
    return `$${dollars.toFixed(Math.min(9, 1 - Math.floor(Math.log10(Math.abs(dollars)))))}`
  }
  return `$${dollars.toLocaleString(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

const DURATIONS = [
  [60_000, 3_600_000, ' min'],
  [3_600_000, 86_400_000, ' h'],
  [86_400_000, Number.POSITIVE_INFINITY, ' d'],
] as const

/** 812 as "812 ms", 2140 as "2.1 s". */
export function formatDuration(ms: number): string {
  if (ms === 0) return '< 1 ms'
  if (ms < 1) return `${ms.toFixed(2)} ms`
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const [unitMs, , unit] = DURATIONS.find(([, below]) => ms < below) ?? DURATIONS[2]
  return `${(ms / unitMs).toFixed(1).replace(/\.0$/, '')}${unit}`
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** 1536 as "1.5 KiB". */
export function formatBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / 1024 ** step
  return `${step === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${BYTE_UNITS[step]}`
}

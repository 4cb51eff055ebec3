import { MAX_DIGITS, wholeNumbers } from './integer-range.ts'

const MAX_FRACTION_DIGITS = 40
const ANY_DIGITS = `[0-9]{0,${MAX_FRACTION_DIGITS}}`
const ANY_FRACTION = `( "." [0-9]{1,${MAX_FRACTION_DIGITS}} )?`

/** An end of a range of numbers. */
export interface NumberEnd {
  readonly value: number
  readonly isExclusive: boolean
}

/** An end without its sign, as digits. */
interface End {
  readonly whole: bigint
  /** The digits after the point that are still to be compared. */
  readonly digits: string
  readonly isExclusive: boolean
}

/**
 * The body of a rule for the numbers of a range, written without an exponent; null leaves an end open.
 *
 * @returns null when no number of the range can be written, or an end has too many digits
 */
export function numberRange(min: NumberEnd | null, max: NumberEnd | null): string | null {
  const isBelowZero = min === null || min.value < 0
  const negative = isBelowZero ? magnitudes(negated(max), negated(min)) : null
  const positive = max === null || max.value >= 0 ? magnitudes(isBelowZero ? null : min, max) : null
  const alternatives = [
    ...(negative === null ? [] : [`"-" ( ${negative} )`]),
    ...(positive === null ? [] : [positive]),
  ]
  return alternatives.length > 0 ? alternatives.join(' | ') : null
}

function negated(end: NumberEnd | null): NumberEnd | null {
  return end === null ? null : { ...end, value: -end.value }
}

/** Numbers without a sign; null for none. A least number below zero leaves the end open. */
function magnitudes(min: NumberEnd | null, max: NumberEnd | null): string | null {
  const low = min === null || min.value < 0 ? null : endOf(min)
  const high = max === null ? null : endOf(max)
  if (low === undefined || high === undefined) return null
  if (low !== null && high !== null && low.whole === high.whole) return atEnd(low.whole, low, high)
  if (low !== null && high !== null && low.whole > high.whole) return null
  const first = low === null ? 0n : low.whole + 1n
  const last = high === null ? null : high.whole - 1n
  const alternatives = [
    low === null ? null : atEnd(low.whole, low, null),
    last === null || first <= last ? `( ${wholeNumbers(first, last)} ) ${ANY_FRACTION}` : null,
    high === null ? null : atEnd(high.whole, null, high),
  ].filter((one) => one !== null)
  return alternatives.length > 0 ? alternatives.join(' | ') : null
}

/** @returns undefined for an end with too many digits */
function endOf({ value, isExclusive }: NumberEnd): End | undefined {
  const [mantissa = '', power = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const point = whole.length + Number(power)
  const digits = `${'0'.repeat(Math.max(0, -point))}${whole}${fraction}`.padEnd(point, '0')
  const cut = Math.max(0, point)
  const after = digits.slice(cut).replace(/0+$/, '')
  if (cut > MAX_DIGITS || after.length > MAX_FRACTION_DIGITS) return undefined
  return { whole: BigInt(digits.slice(0, cut) || '0'), digits: after, isExclusive }
}

/** Numbers with the whole part of an end. */
function atEnd(whole: bigint, low: End | null, high: End | null): string | null {
  const more = moreDigits(low, high)
  const fraction = more === null ? null : `"." ( ${more} )`
  if (!mayEnd(low, high)) return fraction === null ? null : `"${whole}" ${fraction}`
  // Zeros after the point change nothing.
  return fraction === null ? `"${whole}"` : `"${whole}" ( ${fraction} )?`
}

/** Whether a number may end where these digits of its ends are left. */
function mayEnd(low: End | null, high: End | null): boolean {
  const isEnough = low === null || (low.digits === '' && !low.isExclusive)
  return isEnough && (high === null || high.digits !== '' || !high.isExclusive)
}

/** One digit or more after those that both ends begin with; null for none. */
function moreDigits(low: End | null, high: End | null): string | null {
  if (low?.digits === '' && !low.isExclusive) return moreDigits(null, high)
  if (high?.digits === '') return low === null && !high.isExclusive ? `"0"{1,${MAX_FRACTION_DIGITS}}` : null
  if (low?.digits === '' && high === null) return `"0"{0,${MAX_FRACTION_DIGITS}} [1-9] ${ANY_DIGITS}`
  const least = low === null ? 0 : Number(low.digits[0] ?? 0)
  const greatest = high === null ? 9 : Number(high.digits[0])
  if (least > greatest) return null
  if (low !== null && high !== null && least === greatest)
    return digitThen(least, afterDigit(low), afterDigit(high))
  const first = low === null ? least : least + 1
  const last = high === null ? greatest : greatest - 1
  const alternatives = [
    low === null ? null : digitThen(least, afterDigit(low), null),
    first <= last ? `[${first}-${last}] ${ANY_DIGITS}` : null,
    high === null ? null : digitThen(greatest, null, afterDigit(high)),
  ].filter((one) => one !== null)
  return alternatives.length > 0 ? alternatives.join(' | ') : null
}

function digitThen(digit: number, low: End | null, high: End | null): string | null {
  // After 40 zeros there is nothing left to decide.
  if (low?.digits === '' && low.isExclusive && high?.digits === '') return null
  const more = moreDigits(low, high)
  if (mayEnd(low, high)) return more === null ? `"${digit}"` : `"${digit}" ( ${more} )?`
  return more === null ? null : `"${digit}" ( ${more} )`
}

function afterDigit(end: End): End {
  return { ...end, digits: end.digits.slice(1) }
}

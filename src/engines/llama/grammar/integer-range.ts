/** Most digits of an integer: those of a number of 128 bits. */
export const MAX_DIGITS = 39
const GREATEST = 10n ** BigInt(MAX_DIGITS) - 1n
/** From here on, several integers of a schema are the same number to JavaScript. */
const FIRST_INEXACT = 2n ** 53n

/**
 * The body of a rule for the integers of a range, inclusive; null leaves an end open. An end that JavaScript may have
 * rounded is moved inwards, so that no integer outside the range is allowed.
 *
 * @returns null when no integer that may be written is in the range
 */
export function integerRange(min: bigint | null, max: bigint | null): string | null {
  if ((min !== null && min > GREATEST) || (max !== null && max < -GREATEST)) return null
  const from = min === null || min <= -GREATEST ? null : min + roundingOf(min)
  const to = max === null || max >= GREATEST ? null : max - roundingOf(max)
  if (from !== null && to !== null && from > to) return null
  const alternatives = [...negativeIntegers(from, to)]
  if (to === null || to >= 0n) alternatives.push(wholeNumbers(from === null || from < 0n ? 0n : from, to))
  return alternatives.join(' | ')
}

function negativeIntegers(from: bigint | null, to: bigint | null): string[] {
  if (from !== null && from >= 0n) return []
  const least = to === null || to > -1n ? 1n : -to
  return [`"-" ( ${wholeNumbers(least, from === null ? null : -from)} )`]
}

/** By how much the number of a schema may be away from what its author wrote. */
function roundingOf(end: bigint): bigint {
  const size = end < 0n ? -end : end
  if (size < FIRST_INEXACT) return 0n
  // Doubles have 53 bits; half the distance to the next, and one for the digit itself.
  return 2n ** BigInt(size.toString(2).length - 54) || 1n
}

/** The body of a rule for the integers from zero on, without a sign; null leaves the end open. */
export function wholeNumbers(from: bigint, to: bigint | null): string {
  const longest = to === null ? MAX_DIGITS : String(to).length
  const alternatives: string[] = []
  for (let digits = String(from).length; digits <= longest; digits++) {
    const power = 10n ** BigInt(digits - 1)
    const least = digits === 1 ? from : from > power ? from : power
    if (to === null && least > from) {
      // All numbers with more digits than `from`.
      alternatives.push(`[1-9] [0-9]{${digits - 1},${MAX_DIGITS - 1}}`)
      break
    }
    const most = 10n * power - 1n
    alternatives.push(sameLength(String(least), String(to !== null && to < most ? to : most)))
  }
  return alternatives.join(' | ')
}

/** Integers between two with the same number of digits. */
function sameLength(from: string, to: string): string {
  const [first, last] = [from.charAt(0), to.charAt(0)]
  const rest = from.length - 1
  if (rest === 0) return digitRange(Number(first), Number(last))
  if (first === last) return `"${first}" ${group(sameLength(from.slice(1), to.slice(1)))}`
  const alternatives: string[] = []
  let [low, high] = [Number(first), Number(last)]
  const least = '0'.repeat(rest)
  const greatest = '9'.repeat(rest)
  if (from.slice(1) !== least) {
    alternatives.push(`"${first}" ${group(sameLength(from.slice(1), greatest))}`)
    low++
  }
  const highEnd = to.slice(1) === greatest ? null : `"${last}" ${group(sameLength(least, to.slice(1)))}`
  if (highEnd !== null) high--
  if (low <= high) alternatives.push(`${digitRange(low, high)} [0-9]{${rest}}`)
  if (highEnd !== null) alternatives.push(highEnd)
  return alternatives.join(' | ')
}

function digitRange(low: number, high: number): string {
  return low === high ? `"${low}"` : `[${low}-${high}]`
}

function group(body: string): string {
  return body.includes('|') ? `( ${body} )` : body
}

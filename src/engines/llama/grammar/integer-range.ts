/** Numbers with more digits are not exact in JavaScript. */
const MAX_DIGITS = 15

/**
 * The body of a rule for the integers of a range, inclusive; null leaves an end open.
 *
 * @returns null when the range is empty or an end has too many digits
 */
export function integerRange(min: number | null, max: number | null): string | null {
  const from = min === null ? null : Math.ceil(min)
  const to = max === null ? null : Math.floor(max)
  if ([from, to].some((end) => end !== null && Math.abs(end) >= 10 ** MAX_DIGITS)) return null
  if (from !== null && to !== null && from > to) return null
  const alternatives: string[] = []
  if (from === null || from < 0) {
    const least = to === null || to > -1 ? 1 : -to
    alternatives.push(`"-" ( ${magnitudes(least, from === null ? null : -from)} )`)
  }
  if (to === null || to >= 0) {
    alternatives.push(magnitudes(Math.max(0, from ?? 0), to))
  }
  return alternatives.join(' | ')
}

/** Integers without a sign. */
function magnitudes(from: number, to: number | null): string {
  const longest = to === null ? MAX_DIGITS : String(to).length
  const alternatives: string[] = []
  for (let digits = String(from).length; digits <= longest; digits++) {
    const least = Math.max(from, digits === 1 ? 0 : 10 ** (digits - 1))
    if (to === null && least > from) {
      // All numbers with more digits than `from`.
      alternatives.push(`[1-9] [0-9]{${digits - 1},${MAX_DIGITS - 1}}`)
      break
    }
    const greatest = Math.min(to ?? Number.POSITIVE_INFINITY, 10 ** digits - 1)
    alternatives.push(sameLength(String(least), String(greatest)))
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

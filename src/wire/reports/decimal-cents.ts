/** A cent in nano-dollars. */
const NANO_DOLLARS = 10_000_000n
const DIGITS = 7

/** An amount of money as reports write it: cents, with as many decimals as it needs. */
export function decimalCents(nanoDollars: bigint): string {
  const cents = nanoDollars / NANO_DOLLARS
  const rest = nanoDollars % NANO_DOLLARS
  if (rest === 0n) return cents.toString()
  return `${cents}.${rest.toString().padStart(DIGITS, '0').replace(/0+$/, '')}`
}

/**
 * What two spellings of one address have in common: letters of either case, Unicode's forms, and what follows a plus sign
 * in the name do not matter.
 */
export function emailKey(email: string): string {
  const text = email.trim().normalize('NFKC').toLowerCase()
  const at = text.lastIndexOf('@')
  if (at === -1) return text
  const plus = text.indexOf('+')
  const name = plus === -1 || plus > at || plus === 0 ? text.slice(0, at) : text.slice(0, plus)
  return name + text.slice(at)
}

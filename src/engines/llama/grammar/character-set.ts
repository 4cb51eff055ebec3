const LAST_CODE_POINT = 0x10ffff
/** Halves of pairs are no characters. */
const FIRST_SURROGATE = 0xd800
const LAST_SURROGATE = 0xdfff

/** Ranges of code points, ascending and apart from each other: first and last of each in turn. */
export type CharacterSet = readonly number[]

/** The set of some ranges, in any order, or of all other characters. */
export function characterSet(
  ranges: readonly (readonly [number, number])[],
  isNegated: boolean,
): CharacterSet {
  const sorted = [...ranges].sort(([a], [b]) => a - b)
  const set: number[] = []
  for (const [first, last] of sorted) {
    const end = set.at(-1)
    if (end !== undefined && first <= end + 1) set[set.length - 1] = Math.max(end, last)
    else set.push(first, last)
  }
  return isNegated ? others(set) : set
}

/** What is in any of some sets. */
export function union(sets: readonly CharacterSet[]): CharacterSet {
  return characterSet(
    sets.flatMap((set) =>
      Array.from(
        { length: set.length / 2 },
        (_, range) => [set[2 * range] ?? 0, set[2 * range + 1] ?? 0] as const,
      ),
    ),
    false,
  )
}

/** Whether a set holds any code point from one to another. */
export function holdsAnyOf(set: CharacterSet, first: number, last: number): boolean {
  let [low, high] = [0, set.length / 2]
  // The first range that does not end before.
  while (low < high) {
    const middle = (low + high) >> 1
    if ((set[2 * middle + 1] ?? 0) < first) low = middle + 1
    else high = middle
  }
  return low < set.length / 2 && (set[2 * low] ?? 0) <= last
}

function others(set: CharacterSet): CharacterSet {
  const found: number[] = []
  const add = (first: number, last: number) => {
    if (first <= last) found.push(first, last)
  }
  let from = 0
  for (let at = 0; at <= set.length; at += 2) {
    const to = (set[at] ?? LAST_CODE_POINT + 1) - 1
    add(from, Math.min(to, FIRST_SURROGATE - 1))
    add(Math.max(from, LAST_SURROGATE + 1), to)
    from = (set[at + 1] ?? LAST_CODE_POINT) + 1
  }
  return found
}

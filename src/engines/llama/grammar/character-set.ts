const LAST_CODE_POINT = 0x10ffff
/** Surrogates are not characters. */
const FIRST_SURROGATE = 0xd800
const LAST_SURROGATE = 0xdfff

/** Disjoint ranges of code points in ascending order, as first, last, first, last… */
export type CharacterSet = readonly number[]

/** Creates the set of ranges in any order, or its complement. */
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

/** Whether a set holds any code point of a range. */
export function holdsAnyOf(set: CharacterSet, first: number, last: number): boolean {
  let [low, high] = [0, set.length / 2]
  // Find the first range that ends at `first` or later.
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

/** A list of this length. */
export function many<Item>(size: number, item: (index: number) => Item): Item[] {
  return Array.from({ length: size }, (_, index) => item(index))
}

/** An object with this many keys. */
export function manyKeys(size: number): Record<string, number> {
  return Object.fromEntries(many(size, (index) => [`k${index}`, index]))
}

/** This many entries that are wrong in any list. */
export function manyWrong(size: number): number[] {
  return many(size, () => 1)
}

/** This many words and empty lines. */
export function longText(size: number): string {
  return 'word\n\n'.repeat(size)
}

/** A body, and the reader of its size. */
export type GrowingField = readonly [
  name: string,
  size: number,
  body: (size: number) => Readonly<Record<string, unknown>>,
]

/** As many of something as are wanted. */
export function many<Item>(size: number, item: (index: number) => Item): Item[] {
  return Array.from({ length: size }, (_, index) => item(index))
}

/** An object with so many keys. */
export function manyKeys(size: number): Record<string, number> {
  return Object.fromEntries(many(size, (index) => [`k${index}`, index]))
}

/** So many entries that are wrong wherever they stand. */
export function manyWrong(size: number): number[] {
  return many(size, () => 1)
}

/** So many words and empty lines. */
export function longText(size: number): string {
  return 'word\n\n'.repeat(size)
}

/** A body, and whose size it is told. */
export type GrowingField = readonly [
  name: string,
  size: number,
  body: (size: number) => Readonly<Record<string, unknown>>,
]

/** Fields of a body, put over those of a good one. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * What callers of a route can make as large as a body may be: every field of it that holds a text, a list or a JSON
 * schema. Whatever is done with it must cost twice as much at most, or a little more, when there is twice as much of it.
 */
export interface GrowableFields {
  /** Texts that a model reads. */
  readonly texts: Readonly<Record<string, (text: string) => Fields>>
  /** Texts that it does not read as they stand: names, ids, addresses, data. */
  readonly names: Readonly<Record<string, (text: string) => Fields>>
  /** Lists, and objects with any keys. */
  readonly lists: Readonly<Record<string, (count: number) => Fields>>
  readonly schemas: Readonly<Record<string, (schema: Fields) => Fields>>
}

/** So many of one thing. */
export function timesOf<Item>(count: number, itemOf: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => itemOf(index))
}

/** An object with so many keys. */
export function keysOf(count: number, value: unknown = 1): Fields {
  return Object.fromEntries(timesOf(count, (index) => [`k${index}`, value]))
}

/** Lists in lists, as a text that {@link jsonOf} puts them in the place of: `JSON.stringify` goes a few thousand deep. */
export function depthOf(count: number): string {
  return `@depth ${count}@`
}

/** JSON of fields, with lists as deep as {@link depthOf} says. */
export function jsonOf(fields: Fields): string {
  return JSON.stringify(fields).replace(/\\?"@depth (\d+)@\\?"/g, (_, count) => {
    return `${'['.repeat(Number(count))}1${']'.repeat(Number(count))}`
  })
}

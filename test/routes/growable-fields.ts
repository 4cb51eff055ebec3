/** Fields that replace those of a valid body. */
export type Fields = Readonly<Record<string, unknown>>

/**
 * The fields of a route that can be as large as a body may be: every text, list and JSON schema. When a field doubles, the
 * work for it may double, with some tolerance.
 */
export interface GrowableFields {
  /** Texts that are part of a prompt. */
  readonly texts: Readonly<Record<string, (text: string) => Fields>>
  /** Other texts: names, ids, addresses, data. */
  readonly names: Readonly<Record<string, (text: string) => Fields>>
  /** Lists, and objects with any keys. */
  readonly lists: Readonly<Record<string, (count: number) => Fields>>
  readonly schemas: Readonly<Record<string, (schema: Fields) => Fields>>
}

/** This many of one thing. */
export function timesOf<Item>(count: number, itemOf: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => itemOf(index))
}

/** An object with this many keys. */
export function keysOf(count: number, value: unknown = 1): Fields {
  return Object.fromEntries(timesOf(count, (index) => [`k${index}`, value]))
}

/** A placeholder that {@link jsonOf} replaces with nested lists: `JSON.stringify` supports only a few thousand levels. */
export function depthOf(count: number): string {
  return `@depth ${count}@`
}

/** JSON of fields, with nested lists for {@link depthOf}. */
export function jsonOf(fields: Fields): string {
  return JSON.stringify(fields).replace(/\\?"@depth (\d+)@\\?"/g, (_, count) => {
    return `${'['.repeat(Number(count))}1${']'.repeat(Number(count))}`
  })
}

import { type Fields, keysOf, timesOf } from '../routes/growable-fields.ts'

/** A place in a body, with what is there. */
interface Place {
  /** Such as `messages[].content[tool_result].content`. */
  readonly path: string
  readonly address: readonly (string | number)[]
  readonly value: unknown
  readonly body: Fields
}

/** A field of a body, however deep, that can hold much. */
export interface GrownField {
  /** The path and what there is much of. */
  readonly what: string
  /** A count that costs a little. */
  readonly size: number
  readonly bodyOf: (count: number) => Fields
}

/** A way in which a value grows. */
interface Growth {
  readonly what: string
  readonly size: number
  readonly grow: (count: number) => unknown
}

/** Counts that cost a little. */
const [TEXT_UNITS, KEYS, WRONG_ENTRIES] = [100_000, 2_000, 4_000]
/** Elements of lists that cost a little: as many as have these bytes together. */
const [BYTES, PAIRED_BYTES] = [100_000, 25_000]
const [MIN_ELEMENTS, MAX_ELEMENTS] = [100, 1_000]

/** Lists of more elements need not differ to be compared. */
const MAX_PAIRED_LISTS = 40

/** Everything in some bodies that can be large: each text, each element of a list, the keys of each object, and wrong lists. */
export function grownFields(bodies: readonly Fields[]): GrownField[] {
  return distinctPlaces(bodies).flatMap((place) =>
    growthsOf(place.value).map(({ what, size, grow }) => ({
      what: `${place.path}: ${what}`,
      size,
      bodyOf: (count) => withValue(place.body, place.address, grow(count)) as Fields,
    })),
  )
}

/** Two lists of one body that grow together, whichever they are. */
export function grownPairs(bodies: readonly Fields[]): GrownField[] {
  return bodies.flatMap((body) => {
    const lists = distinctPlaces([body])
      .filter(({ value }) => Array.isArray(value))
      .slice(0, MAX_PAIRED_LISTS)
    return lists.flatMap((one, index) =>
      lists.slice(index + 1).map((other) => ({
        what: `${one.path} and ${other.path}`,
        size: elementsOf(
          [one, other].flatMap(({ value }) => value as unknown[]),
          PAIRED_BYTES,
        ),
        // What is deeper comes first: the outer list's further elements are copies of what the body had.
        bodyOf: (count: number) =>
          [other, one].reduce<unknown>(
            (grown, { address, value }) => withMore(grown, address, repeated(value as unknown[], count)),
            body,
          ) as Fields,
      })),
    )
  })
}

/** Each path once, whatever body it is in. */
function distinctPlaces(bodies: readonly Fields[]): Place[] {
  const places = new Map<string, Place>()
  for (const body of bodies) {
    for (const place of placesIn(body, body, '', [])) {
      const key = `${place.path} ${kindOf(place.value)}`
      if (!places.has(key)) places.set(key, place)
    }
  }
  return [...places.values()]
}

function* placesIn(body: Fields, value: unknown, path: string, address: Place['address']): Generator<Place> {
  if (address.length > 0) yield { path, address, value, body }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      yield* placesIn(body, item, `${path}[${nameOf(item)}]`, [...address, index])
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      yield* placesIn(body, inner, path === '' ? key : `${path}.${key}`, [...address, key])
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value
}

function nameOf(item: unknown): string {
  const { type = '', role = type } = (typeof item === 'object' && item !== null ? item : {}) as Fields
  return String(role)
}

function growthsOf(value: unknown): readonly Growth[] {
  const wrong: Growth = {
    what: 'wrong entries',
    size: WRONG_ENTRIES,
    grow: (count) => timesOf(count, () => 7),
  }
  if (typeof value === 'string') {
    const text = value === '' ? 'a' : value
    const grow = (count: number) => text.repeat(Math.ceil(count / text.length))
    return [{ what: 'text', size: TEXT_UNITS, grow }, wrong]
  }
  if (Array.isArray(value)) {
    const elements = value.map((item): [string, Growth] => {
      const what = `more of [${nameOf(item)}]`
      return [
        what,
        { what, size: elementsOf([item], BYTES), grow: (count) => [...value, ...repeated([item], count)] },
      ]
    })
    return [...new Map(elements).values(), wrong]
  }
  if (typeof value !== 'object' || value === null) return [wrong]
  return [{ what: 'keys', size: KEYS, grow: (count) => ({ ...value, ...keysOf(count) }) }, wrong]
}

function elementsOf(items: readonly unknown[], bytes: number): number {
  const each = JSON.stringify(items).length / Math.max(1, items.length)
  return Math.round(Math.min(MAX_ELEMENTS, Math.max(MIN_ELEMENTS, bytes / each)))
}

/** Copies in which ids and names differ from round to round. */
function repeated(items: readonly unknown[], count: number): unknown[] {
  return timesOf(count, (index) =>
    numbered(items[index % items.length] ?? 0, Math.floor(index / Math.max(1, items.length))),
  )
}

const IDS: ReadonlySet<string> = new Set([
  'id',
  'tool_use_id',
  'tool_call_id',
  'call_id',
  'name',
  'tool_name',
])

function numbered(value: unknown, round: number, key = ''): unknown {
  if (typeof value === 'string') return IDS.has(key) ? `${value}_${round}` : value
  if (Array.isArray(value)) return value.map((item) => numbered(item, round))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([inner, of]) => [inner, numbered(of, round, inner)]))
}

/** A copy with another value at an address. */
function withValue(root: unknown, [key, ...rest]: Place['address'], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(root))
    return root.map((item, index) => (index === key ? withValue(item, rest, value) : item))
  const { [key]: inner, ...others } = root as Fields
  return { ...others, [key]: withValue(inner, rest, value) }
}

/** A copy with more elements at the end of the list at an address. */
function withMore(root: unknown, address: Place['address'], more: readonly unknown[]): unknown {
  const list = address.reduce<unknown>((inner, key) => (inner as Fields)[key], root)
  return withValue(root, address, [...(list as unknown[]), ...more])
}

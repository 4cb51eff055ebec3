/** One thing of a JSON tree that becomes many. */
export interface TreeGrowth {
  /** Which of the tree's values; a number because it must fit every tree. */
  readonly place: number
  readonly type: 'repeat' | 'wrong' | 'keys' | 'nest'
  readonly count: number
}

/** Most bytes that a value grows to. */
const MAX_BYTES = 3 * 1024 * 1024
/** `JSON.stringify` goes little deeper. */
const MAX_LEVELS = 1_000

type Container = Record<string, unknown> | unknown[]

/** A copy in which one thing is many: an element of a list, a text, the keys of an object, or what is around a value. */
export function growTree(
  root: Readonly<Record<string, unknown>>,
  growth: TreeGrowth,
): Record<string, unknown> {
  const tree = structuredClone(root) as Record<string, unknown>
  const places = placesIn(tree)
  const place = places[growth.place % Math.max(1, places.length)]
  if (place !== undefined) {
    const { holder, key } = place
    const grown = grow((holder as Record<string, unknown>)[key], growth)
    Object.defineProperty(holder, key, { value: grown, enumerable: true, writable: true, configurable: true })
  }
  return tree
}

/** Where {@link growTree} grows something, for people. */
export function placeName(root: Readonly<Record<string, unknown>>, { place, type }: TreeGrowth): string {
  const places = placesIn(structuredClone(root) as Record<string, unknown>)
  return `${type} ${places[place % Math.max(1, places.length)]?.path ?? 'nothing'}`
}

function placesIn(holder: Container, before = ''): { holder: Container; key: string; path: string }[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const path = Array.isArray(holder) ? `${before}[]` : `${before}.${key}`
    const inner = typeof value === 'object' && value !== null ? placesIn(value as Container, path) : []
    return [{ holder, key, path }, ...inner]
  })
}

function grow(value: unknown, { type, count }: TreeGrowth): unknown {
  const most = Math.min(count, Math.ceil(MAX_BYTES / (JSON.stringify(value)?.length ?? 1)))
  if (type === 'wrong') return Array(count).fill(7)
  if (type === 'keys')
    return Object.fromEntries(Array.from({ length: most }, (_, index) => [`k${index}`, value]))
  if (type === 'nest')
    return Array.from({ length: Math.min(count, MAX_LEVELS) }).reduce((inner) => [inner], value)
  if (typeof value === 'string') return (value === '' ? 'a' : value).repeat(most)
  if (Array.isArray(value))
    return Array.from({ length: most }, (_, index) => value[index % Math.max(1, value.length)] ?? 0)
  return Array(most).fill(value)
}

import fc from 'fast-check'
import { hostileJson, hostileText } from './hostile-values.ts'

/** One change of a JSON tree, at a place that is a number because it must fit every tree. */
export interface TreeEdit {
  readonly place: number
  readonly type: 'replace' | 'remove' | 'repeat' | 'insert' | 'wrap' | 'rename'
  readonly name: string
  readonly value: unknown
}

/** Changes that keep most of a tree. */
export const treeEdits: fc.Arbitrary<readonly TreeEdit[]> = fc.array(
  fc.record({
    place: fc.nat({ max: 1_000 }),
    type: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'repeat', 'insert', 'wrap', 'rename'),
    name: hostileText,
    value: hostileJson,
  }),
  { maxLength: 4, size: 'max' },
)

type Container = unknown[] | Record<string, unknown>
/** A value's place in what holds it. */
interface Place {
  readonly holder: Container
  readonly key: string
}

/** A changed copy. The root stays, so that most of what is sent is a request all the same. */
export function editTree(
  root: Readonly<Record<string, unknown>>,
  edits: readonly TreeEdit[],
): Record<string, unknown> {
  const tree = structuredClone(root) as Record<string, unknown>
  for (const edit of edits) {
    const places = placesIn(tree)
    const place = places[edit.place % Math.max(1, places.length)]
    if (place !== undefined) applyEdit(place, edit)
  }
  return tree
}

function placesIn(holder: Container): Place[] {
  return Object.entries(holder).flatMap(([key, value]) => [
    { holder, key },
    ...(typeof value === 'object' && value !== null ? placesIn(value as Container) : []),
  ])
}

function applyEdit(place: Place, edit: TreeEdit): void {
  EDITS[edit.type](place, edit, read(place))
}

const EDITS: Record<TreeEdit['type'], (place: Place, edit: TreeEdit, before: unknown) => void> = {
  replace: ({ holder, key }, { value }) => write(holder, key, value),
  wrap: ({ holder, key }, _, before) => write(holder, key, [before]),
  remove: ({ holder, key }) => remove(holder, key),
  repeat({ holder, key }, _, before) {
    write(holder, key, Array.isArray(before) ? [...before, ...structuredClone(before)] : [before, before])
  },
  insert({ holder, key }, { name, value }) {
    if (Array.isArray(holder)) holder.splice(Number(key), 0, value)
    else write(holder, name, value)
  },
  rename({ holder, key }, { name }, before) {
    remove(holder, key)
    write(holder, Array.isArray(holder) ? key : name, before)
  },
}

function read({ holder, key }: Place): unknown {
  return (holder as Record<string, unknown>)[key]
}

/** Defined, not assigned: a field may be called `__proto__`. */
function write(holder: Container, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true })
}

function remove(holder: Container, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1)
  else delete holder[key]
}

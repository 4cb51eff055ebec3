import type { JsonObject } from '../../../util/json-object.ts'
import type { SchemaBudget } from './schema-budget.ts'
import { MATCHES_NOTHING } from './schema-error.ts'
import { holdsType, typeNameOf } from './schema-keywords.ts'
import { constrainedType } from './strict-keywords.ts'

/** Keywords that are compared with each listed value. */
const COMPARED = new Set([
  'enum',
  'const',
  'type',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
])

/** The values that `const` and `enum` of a schema list, as JSON, and what else it says of them. */
interface ListedValues {
  /** Those that fit the keywords beside them. */
  readonly fitting: readonly string[]
  readonly all: readonly string[]
  /** A keyword beside them that is not compared with them. */
  readonly uncompared: string | undefined
}

/**
 * The values that a schema allows among those that it lists, as JSON: all of them where none fits and `refuse` returns.
 *
 * @param refuse called with what a grammar cannot follow
 * @returns null for a schema that lists no values
 */
export function listedValues(
  schema: JsonObject,
  budget: SchemaBudget,
  refuse: (why: string) => void,
): readonly string[] | null {
  const listed = readLists(schema, budget)
  if (listed === null) return null
  if (listed.uncompared !== undefined) refuse(`${listed.uncompared} is not supported beside listed values`)
  if (listed.fitting.length === 0) refuse(MATCHES_NOTHING)
  const values = listed.fitting.length > 0 ? listed.fitting : listed.all
  return values.length === 0 ? null : values
}

function readLists(schema: JsonObject, budget: SchemaBudget): ListedValues | null {
  const lists = [
    ...(Object.hasOwn(schema, 'const') ? [[schema.const]] : []),
    ...(Array.isArray(schema.enum) ? [schema.enum as unknown[]] : []),
  ]
  const [list, other] = lists
  if (list === undefined) return null
  const textOf = (value: unknown) => {
    budget.measure(value)
    return JSON.stringify(value)
  }
  const texts = other === undefined ? null : new Set(other.map(textOf))
  const all = new Map(list.map((value) => [textOf(value), value]))
  const types = schema.type === undefined ? null : new Set([schema.type, schema.nullable && 'null'].flat())
  const fitting = [...all].filter(
    ([text, value]) => (texts?.has(text) ?? true) && fitsTypes(value, types) && fitsEnds(value, schema),
  )
  return {
    fitting: fitting.map(([text]) => text),
    all: [...all.keys()],
    uncompared: uncomparedKeyword(schema, new Set(fitting.map(([, value]) => typeNameOf(value)))),
  }
}

function uncomparedKeyword(schema: JsonObject, types: ReadonlySet<string>): string | undefined {
  return Object.keys(schema).find((keyword) => {
    if (COMPARED.has(keyword)) return false
    const type = constrainedType(keyword)
    return (
      type === 'any' ||
      (type !== undefined && (types.has(type) || (type === 'number' && types.has('integer'))))
    )
  })
}

function fitsTypes(value: unknown, types: ReadonlySet<unknown> | null): boolean {
  return types === null || holdsType(types, typeNameOf(value))
}

function fitsEnds(value: unknown, schema: JsonObject): boolean {
  const [low, high, over, under] =
    typeof value === 'number'
      ? [schema.minimum, schema.maximum, schema.exclusiveMinimum, schema.exclusiveMaximum]
      : [schema.minLength, schema.maxLength, undefined, undefined]
  const size = typeof value === 'string' ? [...value].length : value
  if (typeof size !== 'number') return true
  return (
    (typeof low !== 'number' || size >= low) &&
    (typeof high !== 'number' || size <= high) &&
    (typeof over !== 'number' || size > over) &&
    (typeof under !== 'number' || size < under)
  )
}

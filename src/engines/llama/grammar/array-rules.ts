import type { JsonObject } from '../../../util/json-object.ts'
import { MATCHES_NOTHING, TOO_COMPLEX } from './schema-error.ts'
import type { SchemaRules } from './schema-rules.ts'

const MAX_COUNTED_ITEMS = 256

/** How many items follow those of a tuple. */
interface ItemCounts {
  readonly min: number
  readonly max: number | null
}

/** The body of a rule for the lists of a schema. A tuple is written whole, and has no more items unless the schema allows them. */
export function arrayBody(schema: JsonObject, schemas: SchemaRules): string {
  const space = schemas.rules.primitive('space')
  const keyword = Array.isArray(schema.items) ? 'items' : 'prefixItems'
  const listed: readonly unknown[] = Array.isArray(schema[keyword]) ? schema[keyword] : []
  const others = keyword === 'items' ? schema.additionalItems : schema.items
  schemas.rules.budget.spend(listed.length)
  const { min, max } = itemCounts(schema, listed.length, others, schemas)
  const tuple = listed.map((item, index) => schemas.partRule(item, [keyword, index]))
  if (max === 0) {
    return tuple.length > 0 ? `"[" ${space} ${tuple.join(` "," ${space} `)} ${space} "]"` : `"[" ${space} "]"`
  }
  const item = schemas.partRule(others ?? true, [keyword === 'items' ? 'additionalItems' : 'items'])
  const further = (from: number, to: number | null) => `( "," ${space} ${item} ){${from},${to ?? ''}}`
  if (tuple.length > 0) {
    return `"[" ${space} ${tuple.join(` "," ${space} `)} ${further(min, max)} ${space} "]"`
  }
  const all = `${item} ${further(Math.max(0, min - 1), max === null ? null : max - 1)} ${space}`
  return min === 0 ? `"[" ${space} ( ${all} )? "]"` : `"[" ${space} ${all} "]"`
}

function itemCounts(
  { minItems, maxItems }: JsonObject,
  tupleLength: number,
  others: unknown,
  schemas: SchemaRules,
): ItemCounts {
  const isClosed = others === false || (tupleLength > 0 && others === undefined)
  const min = typeof minItems === 'number' ? Math.max(0, Math.ceil(minItems) - tupleLength) : 0
  const most = typeof maxItems === 'number' ? Math.floor(maxItems) - tupleLength : null
  const max = isClosed ? Math.min(0, most ?? 0) : most
  if (max !== null && (max < 0 || max < min)) {
    schemas.unsupported(MATCHES_NOTHING)
    return { min: Math.max(0, max), max: Math.max(0, max) }
  }
  if (min > MAX_COUNTED_ITEMS || (max ?? 0) > MAX_COUNTED_ITEMS) {
    schemas.unsupported(TOO_COMPLEX)
    return { min: Math.min(min, MAX_COUNTED_ITEMS), max: null }
  }
  return { min, max }
}

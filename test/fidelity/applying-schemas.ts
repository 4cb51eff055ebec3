import { resolveReference } from '../../src/engines/llama/grammar/resolve-reference.ts'
import { isJsonObject, type JsonObject } from '../../src/util/json-object.ts'

const MAX_SCHEMAS = 2000

/** All schemas that speak of the same value: a schema with what it refers to and its parts, then its alternatives. */
export function applyingSchemas(schema: unknown, root: unknown): JsonObject[] {
  return [...new Set(alternativesOf(schema, root).flat())]
}

/** A schema with its parts, and then each of its alternatives, with theirs. */
export function alternativesOf(schema: unknown, root: unknown): JsonObject[][] {
  const found: JsonObject[][] = []
  const seen = new Set<unknown>()
  const waiting: unknown[] = [schema]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next) || seen.size > MAX_SCHEMAS) continue
    seen.add(next)
    const parts = partsOf(next, root)
    found.push(parts)
    for (const choices of parts.flatMap(({ anyOf, oneOf }) => [anyOf, oneOf])) {
      if (Array.isArray(choices)) waiting.push(...choices)
    }
  }
  return found
}

/** A schema with what it refers to and its parts, in the order in which they are merged. */
export function partsOf(schema: unknown, root: unknown): JsonObject[] {
  const found = new Set<JsonObject>()
  const seen = new Set<unknown>()
  const add = (one: unknown) => {
    if (!isJsonObject(one) || seen.has(one)) return
    seen.add(one)
    if (typeof one.$ref === 'string' && isJsonObject(root)) add(resolveReference(one.$ref, root))
    found.add(one)
    if (Array.isArray(one.allOf)) for (const part of one.allOf) add(part)
  }
  add(schema)
  return [...found]
}

/** What schemas of an object say of one of its properties. */
export function propertySchemas(schemas: readonly JsonObject[], name: string): unknown[] {
  return schemas.flatMap(({ properties, additionalProperties, patternProperties }) => {
    if (isJsonObject(properties) && Object.hasOwn(properties, name)) return [properties[name]]
    const patterns = isJsonObject(patternProperties) ? Object.entries(patternProperties) : []
    const matching = patterns.filter(([pattern]) => matches(pattern, name)).map(([, schema]) => schema)
    if (matching.length > 0) return matching
    return additionalProperties === undefined ? [] : [additionalProperties]
  })
}

export function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(name)
  } catch {
    return false
  }
}

/** What schemas of a list say of the item at an index. */
export function itemSchemas(schemas: readonly JsonObject[], index: number): unknown[] {
  return schemas.flatMap(({ items, prefixItems, additionalItems }) => {
    const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
    if (index < tuple.length) return [tuple[index]]
    return [Array.isArray(items) ? additionalItems : items].filter((one) => one !== undefined)
  })
}

/** A value, or one inside it, and the schemas that speak of it. */
export interface Place {
  readonly value: unknown
  readonly schemas: readonly JsonObject[]
}

export function* placesOf(value: unknown, schemas: readonly JsonObject[], root: unknown): Generator<Place> {
  yield { value, schemas }
  const inside = (parts: readonly unknown[]) => parts.flatMap((part) => applyingSchemas(part, root))
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      yield* placesOf(item, inside(itemSchemas(schemas, index)), root)
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      yield* placesOf(member, inside(propertySchemas(schemas, name)), root)
    }
  }
}

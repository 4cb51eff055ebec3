import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'

/** How two values of a keyword become one that both agree with. */
const MERGERS: Readonly<Record<string, (a: unknown, b: unknown) => unknown>> = {
  properties: mergeProperties,
  required: (a, b) => [...new Set([...listOf(a), ...listOf(b)])],
  type: mergeTypes,
  enum: (a, b) => {
    const texts = new Set(listOf(b).map((value) => JSON.stringify(value)))
    return listOf(a).filter((value) => texts.has(JSON.stringify(value)))
  },
  additionalProperties: mergeAdditional,
  items: bothOf,
  anyOf: everyPair,
  oneOf: everyPair,
  minimum: largest,
  minLength: largest,
  minItems: largest,
  maximum: smallest,
  maxLength: smallest,
  maxItems: smallest,
}

/** One schema for what fits both; where they disagree beyond that, the second counts. */
export function mergeSchemas(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...a }
  for (const [keyword, value] of Object.entries(b)) {
    const merge = MERGERS[keyword]
    merged[keyword] = merge !== undefined && Object.hasOwn(a, keyword) ? merge(a[keyword], value) : value
  }
  return merged
}

function mergeProperties(a: unknown, b: unknown): unknown {
  const merged: Record<string, unknown> = { ...(isJsonObject(a) ? a : {}) }
  for (const [name, schema] of Object.entries(isJsonObject(b) ? b : {})) {
    merged[name] = Object.hasOwn(merged, name) ? bothOf(merged[name], schema) : schema
  }
  return merged
}

function mergeTypes(a: unknown, b: unknown): unknown {
  const [ours, theirs] = [typesOf(a), typesOf(b)]
  const common = ours.filter(
    (type) => theirs.includes(type) || (type === 'integer' && theirs.includes('number')),
  )
  if (ours.includes('number') && theirs.includes('integer')) common.push('integer')
  return common.length > 0 ? common : b
}

function mergeAdditional(a: unknown, b: unknown): unknown {
  if (a === false || b === false) return false
  return bothOf(a, b)
}

function bothOf(a: unknown, b: unknown): unknown {
  if (!isJsonObject(a)) return b
  return isJsonObject(b) ? { allOf: [a, b] } : a
}

function everyPair(a: unknown, b: unknown): unknown {
  return listOf(a).flatMap((one) => listOf(b).map((other) => bothOf(one, other)))
}

function largest(a: unknown, b: unknown): unknown {
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : b
}

function smallest(a: unknown, b: unknown): unknown {
  return typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : b
}

function typesOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

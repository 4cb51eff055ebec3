import type { JsonObject } from '../../../util/json-object.ts'

/** Keywords that constrain a value and that no grammar enforces. */
const UNSUPPORTED_KEYWORDS = [
  'not',
  'if',
  'patternProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
  'contains',
  'uniqueItems',
  'multipleOf',
]

/** Keywords that do not constrain a value. */
const ANNOTATIONS = new Set([
  '$defs',
  'definitions',
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
])

/** The types that the keywords of a schema without `type` imply. */
const IMPLIED_TYPES: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
]

export function unsupportedKeyword(schema: JsonObject): string | undefined {
  return UNSUPPORTED_KEYWORDS.find((keyword) => schema[keyword] !== undefined && schema[keyword] !== false)
}

/** The keywords of a schema that constrain the value. */
export function constraintsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.has(keyword)))
}

/** The types that a schema names or implies; empty for any type. */
export function typesOf(schema: JsonObject): readonly unknown[] {
  if (schema.type !== undefined) return Array.isArray(schema.type) ? [...new Set(schema.type)] : [schema.type]
  const implied = IMPLIED_TYPES.find(([, keywords]) =>
    keywords.some((keyword) => Object.hasOwn(schema, keyword)),
  )
  return implied === undefined ? [] : [implied[0]]
}

/** The inclusive bounds of an integer's schema; null where it has none. */
export function integerBounds(schema: JsonObject): readonly [min: number | null, max: number | null] {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  const min = [minimum, typeof exclusiveMinimum === 'number' ? Math.floor(exclusiveMinimum) + 1 : null]
  const max = [maximum, typeof exclusiveMaximum === 'number' ? Math.ceil(exclusiveMaximum) - 1 : null]
  const numbers = (values: readonly unknown[]) => values.filter((value) => typeof value === 'number')
  const [minima, maxima] = [numbers(min), numbers(max)]
  return [minima.length > 0 ? Math.max(...minima) : null, maxima.length > 0 ? Math.min(...maxima) : null]
}

import type { JsonObject } from '../../../util/json-object.ts'

/** Keywords that say something about a value and that no grammar is made of. */
const UNBOUND_KEYWORDS = [
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

/** Keywords that say nothing about a value. */
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

/** By which keywords a schema without a type is known. */
const TELLING_KEYWORDS: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  ['object', ['properties', 'required', 'additionalProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
]

/** The first keyword that cannot be bound. */
export function unsupportedKeyword(schema: JsonObject): string | undefined {
  return UNBOUND_KEYWORDS.find((keyword) => schema[keyword] !== undefined && schema[keyword] !== false)
}

/** What of a schema says something about the value. */
export function constraintsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.has(keyword)))
}

/** The types that a schema names, or is known by; none if any value will do. */
export function typesOf(schema: JsonObject): readonly unknown[] {
  if (schema.type !== undefined) return Array.isArray(schema.type) ? [...new Set(schema.type)] : [schema.type]
  const telling = TELLING_KEYWORDS.find(([, keywords]) =>
    keywords.some((keyword) => Object.hasOwn(schema, keyword)),
  )
  return telling === undefined ? [] : [telling[0]]
}

/** The least and the greatest whole number that a schema allows; null where it does not say. */
export function integerEnds(schema: JsonObject): readonly [min: number | null, greatest: number | null] {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  const min = [minimum, typeof exclusiveMinimum === 'number' ? Math.floor(exclusiveMinimum) + 1 : null]
  const greatest = [maximum, typeof exclusiveMaximum === 'number' ? Math.ceil(exclusiveMaximum) - 1 : null]
  const numbers = (values: readonly unknown[]) => values.filter((value) => typeof value === 'number')
  const [leasts, greatests] = [numbers(min), numbers(greatest)]
  return [
    leasts.length > 0 ? Math.max(...leasts) : null,
    greatests.length > 0 ? Math.min(...greatests) : null,
  ]
}

import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import type { NumberEnd } from './number-range.ts'

/** Keywords that do not constrain a value. */
const ANNOTATIONS = new Set([
  '$defs',
  'definitions',
  '$schema',
  '$id',
  'id',
  '$anchor',
  '$dynamicAnchor',
  '$recursiveAnchor',
  '$vocabulary',
  '$comment',
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
  'contentSchema',
])

/** The types that the keywords of a schema without `type` imply. */
const IMPLIED_TYPES: readonly (readonly [type: string, keywords: readonly string[]])[] = [
  [
    'object',
    ['properties', 'required', 'additionalProperties', 'patternProperties', 'unevaluatedProperties'],
  ],
  ['object', ['propertyNames', 'minProperties', 'maxProperties', 'dependencies']],
  ['object', ['dependentRequired', 'dependentSchemas']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'additionalItems', 'unevaluatedItems']],
  ['array', ['contains', 'uniqueItems']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
  ['number', ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'multipleOf']],
]

/** The keywords of a schema that constrain the value. */
export function constraintsOf(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.has(keyword)))
}

export function isAnnotation(keyword: string): boolean {
  return ANNOTATIONS.has(keyword)
}

/** The types that a schema names or implies; empty for any type. */
export function typesOf(schema: JsonObject): readonly unknown[] {
  if (schema.type !== undefined) return Array.isArray(schema.type) ? [...new Set(schema.type)] : [schema.type]
  const implied = IMPLIED_TYPES.find(([, keywords]) =>
    keywords.some((keyword) => Object.hasOwn(schema, keyword)),
  )
  return implied === undefined ? [] : [implied[0]]
}

/** The name of a value's type; a whole number is an `integer`. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

/** Whether one of the types that a schema names holds the values of a type. */
export function holdsType(named: ReadonlySet<unknown>, type: unknown): boolean {
  return named.has(type) || (type === 'integer' && named.has('number'))
}

/** The schema with the ends of numbers as they are written since draft 6; in draft 4 `exclusiveMinimum` is a boolean. */
export function withNumericEnds(schema: JsonObject): JsonObject {
  const changed = (['minimum', 'maximum'] as const).filter(
    (keyword) => typeof schema[exclusiveOf(keyword)] === 'boolean',
  )
  if (changed.length === 0) return schema
  const ends = { ...schema }
  for (const keyword of changed) {
    const exclusive = exclusiveOf(keyword)
    if (ends[exclusive] === true && typeof ends[keyword] === 'number') {
      ends[exclusive] = ends[keyword]
      delete ends[keyword]
    } else delete ends[exclusive]
  }
  return ends
}

function exclusiveOf(keyword: 'minimum' | 'maximum'): string {
  return keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'
}

/** The inclusive bounds of an integer's schema; null where it has none. */
export function integerBounds(schema: JsonObject): readonly [min: bigint | null, max: bigint | null] {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = schema
  const least = [
    ...wholeNumbers(minimum, (end) => BigInt(Math.ceil(end))),
    ...wholeNumbers(exclusiveMinimum, (end) => BigInt(Math.floor(end)) + 1n),
  ]
  const greatest = [
    ...wholeNumbers(maximum, (end) => BigInt(Math.floor(end))),
    ...wholeNumbers(exclusiveMaximum, (end) => BigInt(Math.ceil(end)) - 1n),
  ]
  return [
    least.reduce<bigint | null>((most, end) => (most === null || end > most ? end : most), null),
    greatest.reduce<bigint | null>((most, end) => (most === null || end < most ? end : most), null),
  ]
}

function wholeNumbers(end: unknown, round: (end: number) => bigint): bigint[] {
  return typeof end === 'number' && Number.isFinite(end) ? [round(end)] : []
}

/** The ends of a number's schema; null where it has none. */
export function numberEnds(schema: JsonObject): {
  readonly min: NumberEnd | null
  readonly max: NumberEnd | null
} {
  const ends = (inclusive: unknown, exclusive: unknown) => [
    ...endsOf(exclusive, true),
    ...endsOf(inclusive, false),
  ]
  const [firstMin = null, otherMin = null] = ends(schema.minimum, schema.exclusiveMinimum)
  const [firstMax = null, otherMax = null] = ends(schema.maximum, schema.exclusiveMaximum)
  return {
    min: firstMin !== null && otherMin !== null && otherMin.value > firstMin.value ? otherMin : firstMin,
    max: firstMax !== null && otherMax !== null && otherMax.value < firstMax.value ? otherMax : firstMax,
  }
}

function endsOf(value: unknown, isExclusive: boolean): NumberEnd[] {
  return typeof value === 'number' && Number.isFinite(value) ? [{ value, isExclusive }] : []
}

/** Whether a schema allows every value. */
export function allowsAll(schema: unknown): boolean {
  return schema === true || (isJsonObject(schema) && Object.keys(schema).every(isAnnotation))
}

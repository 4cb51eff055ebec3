import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { allowsAll } from './schema-keywords.ts'

type Kind = 'number' | 'string' | 'boolean' | 'object' | 'list' | 'schema' | 'types' | 'anything'

/** What a keyword constrains, and what its value has to be. */
interface Keyword {
  /** The type of the values that it is about. */
  readonly of: 'object' | 'array' | 'string' | 'number' | 'any'
  readonly kind: Kind
  /** Whether a grammar enforces it; false where it does so only in some schemas. */
  readonly isEnforced: boolean
}

const enforced = (of: Keyword['of'], kind: Kind): Keyword => ({ of, kind, isEnforced: true })
const unenforced = (of: Keyword['of'], kind: Kind = 'anything'): Keyword => ({ of, kind, isEnforced: false })

/** The keywords of all drafts that constrain a value. */
const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  Object.entries({
    type: enforced('any', 'types'),
    enum: enforced('any', 'list'),
    const: enforced('any', 'anything'),
    properties: enforced('object', 'object'),
    required: enforced('object', 'list'),
    additionalProperties: enforced('object', 'schema'),
    unevaluatedProperties: enforced('object', 'schema'),
    items: enforced('array', 'anything'),
    prefixItems: enforced('array', 'list'),
    additionalItems: enforced('array', 'schema'),
    minItems: enforced('array', 'number'),
    maxItems: enforced('array', 'number'),
    pattern: enforced('string', 'string'),
    format: enforced('string', 'string'),
    minLength: enforced('string', 'number'),
    maxLength: enforced('string', 'number'),
    minimum: enforced('number', 'number'),
    maximum: enforced('number', 'number'),
    exclusiveMinimum: enforced('number', 'number'),
    exclusiveMaximum: enforced('number', 'number'),
    anyOf: enforced('any', 'list'),
    oneOf: enforced('any', 'list'),
    allOf: enforced('any', 'list'),
    not: unenforced('any'),
    if: unenforced('any'),
    disallow: unenforced('any'),
    extends: unenforced('any'),
    $ref: unenforced('any'),
    $dynamicRef: unenforced('any'),
    $recursiveRef: unenforced('any'),
    patternProperties: unenforced('object'),
    propertyNames: unenforced('object'),
    minProperties: unenforced('object', 'number'),
    maxProperties: unenforced('object', 'number'),
    dependencies: unenforced('object'),
    dependentRequired: unenforced('object'),
    dependentSchemas: unenforced('object'),
    contains: unenforced('array'),
    uniqueItems: unenforced('array', 'boolean'),
    unevaluatedItems: unenforced('array'),
    multipleOf: unenforced('number', 'number'),
    divisibleBy: unenforced('number', 'number'),
  }),
)

/**
 * What a grammar would not enforce of a schema without references and alternatives; undefined for nothing.
 *
 * @param types the types that the grammar allows; empty for all
 */
export function unenforcedKeyword(schema: JsonObject, types: readonly unknown[]): string | undefined {
  for (const [name, value] of Object.entries(schema)) {
    const keyword = KEYWORDS.get(name)
    if (keyword === undefined || value === undefined || !concerns(keyword, types)) continue
    if (!isOfKind(value, keyword.kind)) return `${name} is not what a JSON schema may say`
    if (!keyword.isEnforced && !isEmpty(name, value, schema)) return `${name} is not supported`
  }
  return undefined
}

/** The type of the values that a keyword constrains; undefined for a keyword that constrains none. */
export function constrainedType(keyword: string): Keyword['of'] | undefined {
  return KEYWORDS.get(keyword)?.of
}

function concerns({ of }: Keyword, types: readonly unknown[]): boolean {
  return (
    of === 'any' || types.length === 0 || types.includes(of) || (of === 'number' && types.includes('integer'))
  )
}

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'anything':
      return true
    case 'list':
      return Array.isArray(value)
    case 'object':
      return isJsonObject(value)
    case 'schema':
      return isJsonObject(value) || typeof value === 'boolean'
    case 'types':
      return Array.isArray(value) ? value.length > 0 : typeof value === 'string'
    default:
      return typeof value === kind
  }
}

/** Whether a keyword constrains nothing in its schema. */
function isEmpty(name: string, value: unknown, schema: JsonObject): boolean {
  switch (name) {
    case 'not':
      return value === false
    case 'if':
      return allowsAll(schema.then ?? true) && allowsAll(schema.else ?? true)
    case 'propertyNames':
    case 'unevaluatedItems':
      return allowsAll(value)
    case 'minProperties':
      // An object that is not empty shows it with its first member.
      return (
        (value as number) <= Math.max(1, Array.isArray(schema.required) ? new Set(schema.required).size : 0)
      )
    case 'maxProperties':
      return isClosed(schema) && (value as number) >= namesOf(schema).size
    case 'uniqueItems':
      return value === false || (typeof schema.maxItems === 'number' && schema.maxItems < 2)
    case 'multipleOf':
      return value === 1 && schema.type === 'integer'
    case 'patternProperties':
      return isJsonObject(value) && (Object.keys(value).length === 0 || isOnlyPattern(value, schema))
    default:
      return name.startsWith('depend') && isJsonObject(value) && Object.keys(value).length === 0
  }
}

/** Whether the only properties that are not named are those of one pattern. */
function isOnlyPattern(
  patterns: JsonObject,
  { additionalProperties: others, ...schema }: JsonObject,
): boolean {
  return (
    Object.keys(patterns).length === 1 &&
    (others === undefined || others === false) &&
    namesOf(schema).size === 0
  )
}

/** Whether an object has no properties but those that are named. */
function isClosed(schema: JsonObject): boolean {
  const { additionalProperties: others, patternProperties } = schema
  return (
    others === false || (others === undefined && patternProperties === undefined && namesOf(schema).size > 0)
  )
}

function namesOf({ properties, required }: JsonObject): ReadonlySet<unknown> {
  const named = isJsonObject(properties) ? Object.keys(properties) : []
  return new Set([...named, ...(Array.isArray(required) ? (required as unknown[]) : [])])
}

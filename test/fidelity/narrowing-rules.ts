import type { GrammarAutomaton } from '../../src/engines/llama/grammar/grammar-automaton.ts'
import {
  constraintsOf,
  holdsType,
  typeNameOf,
  typesOf,
} from '../../src/engines/llama/grammar/schema-keywords.ts'
import { isJsonObject, type JsonObject } from '../../src/util/json-object.ts'
import {
  applyingSchemas,
  itemSchemas,
  matches,
  type Place,
  placesOf,
  propertySchemas,
} from './applying-schemas.ts'
import { matchInstance } from './match-instance.ts'

/** Rules by which a grammar allows less than a schema; docs/fidelity.md names them. */
const LONE_SURROGATE = /\p{Surrogate}/u
const RULES: readonly (readonly [name: string, refuses: (place: Place) => boolean])[] = [
  ['implied type', isOfOtherType],
  ['tuple', isOtherTuple],
  ['number', isUnusualNumber],
  ['half a surrogate pair', ({ value }) => typeof value === 'string' && LONE_SURROGATE.test(value)],
]

/** The rule by which a valid value is refused; null if there is none. */
export function reasonForRefusal(
  automaton: GrammarAutomaton,
  schema: unknown,
  value: unknown,
): string | null {
  const schemas = applyingSchemas(schema, schema)
  const named = withNamedProperties(value, schemas, schema)
  if (named !== value && matchInstance(automaton, schema, named)) return 'properties that are not named'
  for (const place of placesOf(named, schemas, schema)) {
    if (hasPropertiesOfSeveral(place, schema)) return 'alternatives at once'
    if (hasReferenceSiblings(place)) return 'keywords beside $ref'
    for (const [name, refuses] of RULES) if (refuses(place)) return name
  }
  return null
}

/** The value without properties that no schema names, where none says that there may be others. */
function withNamedProperties(value: unknown, schemas: readonly JsonObject[], root: unknown): unknown {
  const inside = (parts: readonly unknown[]) => parts.flatMap((part) => applyingSchemas(part, root))
  if (Array.isArray(value)) {
    const items = value.map((item, index) =>
      withNamedProperties(item, inside(itemSchemas(schemas, index)), root),
    )
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isJsonObject(value)) return value
  const isOpen = schemas.some(({ additionalProperties: others }) => others !== undefined && others !== false)
  const names = new Set(schemas.flatMap(namesOf))
  const patterns = schemas.flatMap(({ patternProperties }) => keysOf(patternProperties))
  const isBound =
    names.size + patterns.length > 0 || schemas.some((one) => one.unevaluatedProperties === false)
  const isNamed = (name: string) => names.has(name) || patterns.some((pattern) => matches(pattern, name))
  const kept = Object.entries(value).filter(([name]) => isOpen || !isBound || isNamed(name))
  const members = kept.map(
    ([name, member]) =>
      [name, withNamedProperties(member, inside(propertySchemas(schemas, name)), root)] as const,
  )
  const isSame =
    kept.length === Object.keys(value).length && members.every(([name, member]) => member === value[name])
  return isSame ? value : Object.fromEntries(members)
}

function namesOf({ properties, required }: JsonObject): string[] {
  return [...keysOf(properties), ...(Array.isArray(required) ? (required as string[]) : [])]
}

function keysOf(value: unknown): string[] {
  return isJsonObject(value) ? Object.keys(value) : []
}

/** The alternatives of `anyOf` are taken one at a time: a value does not have the properties of two. */
function hasPropertiesOfSeveral({ value, schemas }: Place, root: unknown): boolean {
  if (!isJsonObject(value)) return false
  return schemas.some((schema) =>
    [schema.anyOf, schema.oneOf].some((choices) => {
      if (!Array.isArray(choices) || choices.length < 2) return false
      const each = choices.map((choice) => applyingSchemas(choice, root))
      const named = each.map((parts) => new Set(parts.flatMap(namesOf)))
      const ofSome = Object.keys(value).filter((name) => named.some((names) => names.has(name)))
      return !each.some(
        (parts, index) =>
          ofSome.every((name) => named[index]?.has(name)) &&
          (parts[0] === undefined || hasRequired(value, parts[0])),
      )
    }),
  )
}

function hasRequired(value: JsonObject, { required }: JsonObject): boolean {
  return !Array.isArray(required) || required.every((name) => Object.hasOwn(value, String(name)))
}

/** Until draft 7, what stands beside a reference counts for nothing; here it counts, as since 2019. */
function hasReferenceSiblings({ schemas }: Place): boolean {
  return schemas.some(
    (schema) => typeof schema.$ref === 'string' && Object.keys(constraintsOf(schema)).length > 1,
  )
}

/** A schema without `type` that has keywords of one type allows only that type. */
function isOfOtherType({ value, schemas }: Place): boolean {
  return schemas.some((schema) => {
    const types = new Set(schema.type === undefined ? typesOf(schema) : [])
    return types.size > 0 && !holdsType(types, typeNameOf(value))
  })
}

/** A tuple is written whole, and has no more items unless its schema says so. */
function isOtherTuple({ value, schemas }: Place): boolean {
  return (
    Array.isArray(value) &&
    schemas.some(({ prefixItems, items, additionalItems }) => {
      const tuple = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : null
      const others = Array.isArray(prefixItems) ? items : additionalItems
      if (tuple === null) return false
      return value.length < tuple.length || (others === undefined && value.length > tuple.length)
    })
  )
}

/** Whole numbers are written without an exponent, others with 39 digits before and 40 after the point at most. */
function isUnusualNumber({ value, schemas }: Place): boolean {
  return (
    typeof value === 'number' && schemas.some(({ type }) => type === 'integer') && /e/.test(String(value))
  )
}

import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import type { SchemaBudget } from './schema-budget.ts'
import { SchemaError } from './schema-error.ts'
import { holdsType, typeNameOf, typesOf } from './schema-keywords.ts'

/** What a schema without references says of all its values. */
interface Facts {
  /** The types of values that fit it; null for all. */
  readonly types: ReadonlySet<unknown> | null
  /** Whether a grammar allows only objects. */
  readonly isObject: boolean
  /** Its values as JSON; null where it does not list them. */
  readonly listed: ReadonlySet<string> | null
  readonly required: readonly unknown[]
  readonly properties: ReadonlyMap<unknown, unknown>
  /** The properties that are named or required. */
  readonly names: ReadonlySet<unknown>
  /** Whether a value that a grammar allows has no other properties. */
  readonly hasNoOthers: boolean
}

/**
 * @param resolve returns a schema without references
 * @throws SchemaError where a value may fit two schemas of a `oneOf`
 */
export function checkDisjoint(
  choices: readonly unknown[],
  resolve: (schema: JsonObject) => JsonObject,
  budget: SchemaBudget,
): void {
  const possible = choices.filter((choice) => choice !== false)
  budget.spend((possible.length * possible.length) / 2)
  const facts = new FactsOfSchemas(resolve, budget)
  const all = possible.map((choice) => facts.of(isJsonObject(choice) ? choice : {}))
  for (const [index, one] of all.entries()) {
    for (let next = index + 1; next < all.length; next++) {
      const other = all[next]
      if (other === undefined || areDisjoint(one, other, facts, budget)) continue
      throw new SchemaError(
        'oneOf is supported only for schemas that differ in type or in required properties',
      )
    }
  }
}

class FactsOfSchemas {
  readonly #known = new Map<JsonObject, Facts>()
  readonly #resolve: (schema: JsonObject) => JsonObject
  readonly #budget: SchemaBudget

  constructor(resolve: (schema: JsonObject) => JsonObject, budget: SchemaBudget) {
    this.#resolve = resolve
    this.#budget = budget
  }

  of(schema: JsonObject): Facts {
    const known = this.#known.get(schema)
    if (known !== undefined) return known
    const facts = factsOf(this.#resolve(schema), this.#budget)
    this.#known.set(schema, facts)
    return facts
  }
}

/**
 * Whether no value that a grammar allows for one of two schemas fits the other, which is what `oneOf` demands. False where
 * that does not follow from types, listed values and required properties.
 */
function areDisjoint(ours: Facts, theirs: Facts, facts: FactsOfSchemas, budget: SchemaBudget): boolean {
  if (haveOtherValues(ours, theirs, budget)) return true
  if (!ours.isObject || !theirs.isObject) return false
  if (isAlwaysMissing(ours, theirs, budget) && isAlwaysMissing(theirs, ours, budget)) return true
  const either = [...ours.required, ...theirs.required]
  budget.spend(either.length)
  return either.some((name) => {
    const [one, other] = [ours.properties.get(name), theirs.properties.get(name)]
    return isJsonObject(one) && isJsonObject(other) && haveOtherValues(facts.of(one), facts.of(other), budget)
  })
}

/** Whether every value of one lacks a property that the other requires. */
function isAlwaysMissing(one: Facts, other: Facts, budget: SchemaBudget): boolean {
  budget.spend(other.required.length)
  return one.hasNoOthers && other.required.some((name) => !one.names.has(name))
}

function haveOtherValues(a: Facts, b: Facts, budget: SchemaBudget): boolean {
  budget.spend((a.listed?.size ?? 0) + (a.types?.size ?? 0) + (b.types?.size ?? 0))
  if (a.listed !== null && b.listed !== null) return ![...a.listed].some((text) => b.listed?.has(text))
  if (a.types === null || b.types === null) return false
  const [ours, theirs] = [a.types, b.types]
  return (
    ![...ours].some((type) => holdsType(theirs, type)) && ![...theirs].some((type) => holdsType(ours, type))
  )
}

function factsOf(schema: JsonObject, budget: SchemaBudget): Facts {
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum
  budget.measure(values)
  const listed = Array.isArray(values) ? values : null
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
  const types = schema.type === undefined ? null : typesOf(schema)
  const written = typesOf(schema)
  budget.spendCopy(properties)
  budget.spend(required.length + written.length)
  const names = new Set<unknown>([...properties.map(([name]) => name), ...required])
  const isPlain = ['anyOf', 'oneOf', 'patternProperties'].every((keyword) => schema[keyword] === undefined)
  const { additionalProperties: others } = schema
  return {
    types: types !== null ? new Set(types) : listed !== null ? new Set(listed.map(typeNameOf)) : null,
    isObject: written.length === 1 && written[0] === 'object' && schema.nullable !== true,
    listed:
      listed === null || listed.some(isNested) ? null : new Set(listed.map((value) => JSON.stringify(value))),
    required,
    properties: new Map<unknown, unknown>(properties),
    names,
    hasNoOthers: isPlain && (others === false || (others === undefined && names.size > 0)),
  }
}

/** Whether a value may have several texts. */
function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

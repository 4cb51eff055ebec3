import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { arrayBody } from './array-rules.ts'
import { checkDisjoint } from './disjoint-schemas.ts'
import { type GrammarRules, literal } from './grammar-rules.ts'
import { integerRange } from './integer-range.ts'
import { listedValues } from './listed-values.ts'
import { numberRange } from './number-range.ts'
import { objectBody } from './object-rules.ts'
import type { StringEncoding } from './pattern-grammar.ts'
import type { SchemaBudget } from './schema-budget.ts'
import {
  MATCHES_NOTHING,
  NO_SCHEMA,
  SchemaError,
  shortened,
  TOO_COMPLEX,
  TOO_RECURSIVE,
} from './schema-error.ts'
import { constraintsOf, integerBounds, numberEnds, typesOf, withNumericEnds } from './schema-keywords.ts'
import { SchemaResolver } from './schema-resolver.ts'
import type { SchemaRules } from './schema-rules.ts'
import { unenforcedKeyword } from './strict-keywords.ts'
import { stringContent } from './string-content.ts'

const MAX_DEPTH = 64
/** Most references and alternatives that are followed within each other, at all depths: the stack has room for twice as many. */
const MAX_NESTED = 1_024
/** An alternative takes longer than visiting a value. */
const ALTERNATIVE_STEPS = 4
const MAX_LISTED_VALUES = 1000
/** Of strings without quotes. */
const RAW_CHARACTER = '[^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]'

export interface SchemaGrammarOptions {
  /** Whether unsupported parts of a schema are refused; otherwise they are ignored. */
  readonly isStrict: boolean
}

/**
 * Converts a JSON schema to grammar rules. Properties keep the schema's order; an object with named properties has no
 * others unless the schema allows them. A value that is not a schema allows any value.
 */
export class SchemaGrammar {
  readonly #rules: GrammarRules
  readonly #resolver: SchemaResolver
  readonly #isStrict: boolean
  /** The rules of schemas as objects, and as arrays, also of those in progress: schemas may be recursive. */
  readonly #objects = new Map<JsonObject, string>()
  readonly #arrays = new Map<JsonObject, string>()
  /** Schemas derived from others, so that recursive schemas are recognized. */
  readonly #choices = new Map<JsonObject, readonly unknown[]>()
  readonly #resolutions = new Map<JsonObject, JsonObject>()
  readonly #plains = new Map<JsonObject, JsonObject>()
  readonly #budget: SchemaBudget
  readonly #parts: SchemaRules
  readonly #path: (string | number)[] = []
  /** How the value itself is written, not what is in it. */
  #encoding: StringEncoding = 'json'
  #depth = 0
  #nested = 0

  constructor(rules: GrammarRules, root: JsonObject, { isStrict }: SchemaGrammarOptions) {
    this.#rules = rules
    this.#budget = rules.budget
    this.#resolver = new SchemaResolver(root, rules.budget, isStrict)
    this.#isStrict = isStrict
    this.#parts = {
      rules,
      partRule: (schema, steps) => this.#partRule(schema, steps),
      unsupported: (why) => this.#unsupported(why),
    }
  }

  /**
   * The name of a rule for the values of a schema: the root or a part of it.
   *
   * @param path where the schema is, as the steps that lead there
   * @throws SchemaError when the schema is too large, or strict and not supported
   */
  valueRule(schema: unknown, path: readonly string[] = []): string {
    this.#path.splice(0, this.#path.length, ...path)
    try {
      return this.#valueRule(schema)
    } catch (error) {
      if (error instanceof SchemaError) error.path = `#${this.#path.map((step) => `/${step}`).join('')}`
      throw error
    }
  }

  /** The name of a rule for the values of a schema that allows only strings, written without quotes; as `valueRule`. */
  textRule(schema: unknown, path: readonly string[]): string {
    this.#encoding = 'raw'
    try {
      return this.valueRule(schema, path)
    } finally {
      this.#encoding = 'json'
    }
  }

  #partRule(schema: unknown, steps: readonly (string | number)[]): string {
    this.#path.push(...steps)
    const name = this.#valueRule(schema)
    this.#path.length -= steps.length
    return name
  }

  #valueRule(schema: unknown): string {
    if (++this.#depth > MAX_DEPTH) throw new SchemaError(TOO_COMPLEX)
    const seen = new Set<string>()
    const alternatives = [...this.#alternatives(schema, seen)]
    this.#depth--
    if (alternatives.length === 0) {
      this.#unsupported(seen.size > 0 ? TOO_RECURSIVE : MATCHES_NOTHING)
      return this.#rules.primitive('value')
    }
    return this.#rules.add(alternatives.join(' | '))
  }

  /** The names of rules of which one has to match; references and nested alternatives are flattened. */
  #alternatives(schema: unknown, seen: Set<string>): Set<string> {
    this.#budget.spend(ALTERNATIVE_STEPS)
    if (schema === true) return new Set([this.#rules.primitive('value')])
    if (schema === false) return new Set()
    if (!isJsonObject(schema)) {
      this.#unsupported(NO_SCHEMA)
      return new Set([this.#rules.primitive('value')])
    }
    if (++this.#nested > MAX_NESTED) throw new SchemaError(TOO_COMPLEX)
    const found = this.#alternativesOf(schema, seen)
    this.#nested--
    return found
  }

  #alternativesOf(schema: JsonObject, seen: Set<string>): Set<string> {
    if (typeof schema.$ref === 'string') return this.#referenced(schema, schema.$ref, seen)
    if (Array.isArray(schema.allOf)) return this.#alternatives(this.#resolved(schema), seen)
    const choices = Array.isArray(schema.anyOf) ? 'anyOf' : Array.isArray(schema.oneOf) ? 'oneOf' : null
    if (choices !== null) return this.#chosen(schema, choices, seen)
    return new Set(this.#plain(derived(this.#plains, schema, withNumericEnds)))
  }

  #referenced(schema: JsonObject, reference: string, seen: Set<string>): Set<string> {
    this.#budget.spendCopy(schema)
    const { $ref: _, ...siblings } = schema
    if (this.#hasConstraints(siblings)) return this.#alternatives(this.#resolved(schema), seen)
    if (seen.has(reference)) return new Set()
    seen.add(reference)
    return this.#alternatives(this.#resolver.lookUp(reference) ?? true, seen)
  }

  #hasConstraints(schema: JsonObject): boolean {
    return Object.keys(this.#constraintsOf(schema)).length > 0
  }

  #constraintsOf(schema: JsonObject): JsonObject {
    this.#budget.spendCopy(schema)
    return constraintsOf(schema)
  }

  #chosen(schema: JsonObject, keyword: 'anyOf' | 'oneOf', seen: Set<string>): Set<string> {
    const choices = derived(this.#choices, schema, () => {
      this.#budget.spendCopy(schema)
      const { [keyword]: listed, ...siblings } = schema
      const constraints = this.#constraintsOf(siblings)
      const isAlone = Object.keys(constraints).length === 0
      this.#budget.spend((listed as readonly unknown[]).length)
      return (listed as readonly unknown[]).map((choice) =>
        isAlone || choice === false ? choice : { ...constraints, allOf: [choice] },
      )
    })
    if (keyword === 'oneOf' && this.#isStrict) {
      checkDisjoint(choices, (choice) => this.#resolved(choice), this.#budget)
    }
    const found = new Set<string>()
    for (const choice of choices) for (const name of this.#alternatives(choice, seen)) found.add(name)
    return found
  }

  #resolved(schema: JsonObject): JsonObject {
    return derived(this.#resolutions, schema, () => this.#resolver.resolve(schema))
  }

  /** The rules of a schema without references and alternatives, one for each type. */
  #plain(schema: JsonObject): string[] {
    const listed = this.#listed(schema)
    if (listed !== null) return [listed]
    const types = typesOf(schema)
    this.#budget.spend(types.length)
    if (this.#isStrict) {
      this.#budget.spendCopy(schema)
      const why = unenforcedKeyword(schema, types)
      if (why !== undefined) throw new SchemaError(why)
    }
    const names = types.flatMap((type) => this.#typed(schema, type) ?? [])
    if (names.length < types.length) this.#unsupported(`${shortened(JSON.stringify(schema.type))} is no type`)
    if (names.length === 0) return [this.#rules.primitive('value')]
    return schema.nullable === true ? [...names, this.#rules.primitive('null')] : names
  }

  /** A rule for the values that a schema lists; null if it lists none, or more than can be followed. */
  #listed(schema: JsonObject): string | null {
    const values = listedValues(schema, this.#budget, (why) => this.#unsupported(why))
    if (values === null) return null
    if (values.length > MAX_LISTED_VALUES) {
      this.#unsupported(TOO_COMPLEX)
      return null
    }
    const texts = this.#encoding === 'raw' ? values.map((value) => String(JSON.parse(value))) : values
    return this.#rules.add(texts.map(literal).join(' | '))
  }

  #typed(schema: JsonObject, type: unknown): string | null {
    switch (type) {
      case 'object':
        return this.#once(schema, this.#objects, () => objectBody(schema, this.#parts))
      case 'array':
        return this.#once(schema, this.#arrays, () => arrayBody(schema, this.#parts))
      case 'string':
        return this.#stringRule(schema)
      case 'integer':
        return this.#integerRule(schema)
      case 'number':
        return this.#numberRule(schema)
      case 'boolean':
      case 'null':
        return this.#rules.primitive(type)
      default:
        return null
    }
  }

  /** A recursive schema gets a recursive rule. */
  #once(schema: JsonObject, made: Map<JsonObject, string>, body: () => string): string {
    const known = made.get(schema)
    if (known !== undefined) return known
    const name = this.#rules.reserve()
    made.set(schema, name)
    this.#rules.fill(name, body())
    return name
  }

  #stringRule(schema: JsonObject): string {
    const isRaw = this.#encoding === 'raw'
    const character = isRaw ? this.#rules.add(RAW_CHARACTER) : this.#rules.primitive('char')
    const { body, unsupported } = stringContent(this.#rules, schema, this.#encoding, character)
    for (const keyword of unsupported) this.#unsupported(`this ${keyword} is not supported`)
    if (isRaw) return this.#rules.add(body ?? `${character}*`)
    return body === null ? this.#rules.primitive('string') : this.#rules.add(`"\\"" ( ${body} ) "\\""`)
  }

  #integerRule(schema: JsonObject): string {
    const ends = integerBounds(schema)
    if (ends[0] === null && ends[1] === null) return this.#rules.primitive('integer')
    const body = integerRange(...ends)
    if (body === null) this.#unsupported('its minimum and maximum are not supported')
    return body === null ? this.#rules.primitive('integer') : this.#rules.add(body)
  }

  #numberRule(schema: JsonObject): string {
    const { min, max } = numberEnds(schema)
    if (min === null && max === null) return this.#rules.primitive('number')
    const body = numberRange(min, max)
    if (body === null) this.#unsupported('its minimum and maximum are not supported')
    return body === null ? this.#rules.primitive('number') : this.#rules.add(body)
  }

  /** @throws SchemaError in a strict schema */
  #unsupported(why: string): void {
    if (this.#isStrict) throw new SchemaError(why)
  }
}

/** What is derived from a schema, once. */
function derived<Found>(
  known: Map<JsonObject, Found>,
  schema: JsonObject,
  derive: (schema: JsonObject) => Found,
): Found {
  const found = known.get(schema)
  if (found !== undefined) return found
  const made = derive(schema)
  known.set(schema, made)
  return made
}

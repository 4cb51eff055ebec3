import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { additionalPropertyKey } from './additional-property-key.ts'
import { type GrammarRules, literal } from './grammar-rules.ts'
import { integerRange } from './integer-range.ts'
import type { SchemaBudget } from './schema-budget.ts'
import { SchemaError, shortened, TOO_COMPLEX, TOO_RECURSIVE } from './schema-error.ts'
import { constraintsOf, integerBounds, typesOf, unsupportedKeyword } from './schema-keywords.ts'
import { SchemaResolver } from './schema-resolver.ts'
import { stringContent } from './string-content.ts'

const MAX_DEPTH = 64
/** Most references and alternatives in a row. */
const MAX_CHAIN = 512
/** An alternative takes longer than visiting a value. */
const ALTERNATIVE_STEPS = 4
const MAX_LISTED_VALUES = 1000
/** Each optional property adds a position that a text may have reached. */
const MAX_PROPERTIES = 256
const MAX_COUNTED_ITEMS = 256

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
  /** The rules of objects and lists, also of those in progress: schemas may be recursive. */
  /** The rules of schemas as objects, and as arrays: a schema may allow both. */
  readonly #objects = new Map<JsonObject, string>()
  readonly #arrays = new Map<JsonObject, string>()
  readonly #derivations = new Map<JsonObject, readonly unknown[]>()
  readonly #budget: SchemaBudget
  #depth = 0
  #chain = 0

  constructor(rules: GrammarRules, root: JsonObject, { isStrict }: SchemaGrammarOptions) {
    this.#rules = rules
    this.#budget = rules.budget
    this.#resolver = new SchemaResolver(root, rules.budget, isStrict)
    this.#isStrict = isStrict
  }

  /**
   * The name of a rule for the values of a schema: the root or a part of it.
   *
   * @throws SchemaError when the schema is too large, or strict and not supported
   */
  valueRule(schema: unknown): string {
    if (++this.#depth > MAX_DEPTH) throw new SchemaError(TOO_COMPLEX)
    const chain = this.#chain
    this.#chain = 0
    const alternatives = [...this.#alternatives(schema, new Set())]
    this.#chain = chain
    this.#depth--
    if (alternatives.length === 0) {
      if (this.#isStrict) throw new SchemaError(TOO_RECURSIVE)
      return this.#rules.primitive('value')
    }
    return this.#rules.add(alternatives.join(' | '))
  }

  /** The names of rules of which one has to match; references and nested alternatives are flattened. */
  #alternatives(schema: unknown, seen: Set<string>): Set<string> {
    this.#budget.spend(ALTERNATIVE_STEPS)
    if (schema === true) return new Set([this.#rules.primitive('value')])
    if (!isJsonObject(schema)) {
      this.#unsupported('it holds something that is no schema')
      return new Set([this.#rules.primitive('value')])
    }
    if (++this.#chain > MAX_CHAIN) throw new SchemaError(TOO_COMPLEX)
    const found = this.#alternativesOf(schema, seen)
    this.#chain--
    return found
  }

  #alternativesOf(schema: JsonObject, seen: Set<string>): Set<string> {
    if (typeof schema.$ref === 'string') return this.#referenced(schema, schema.$ref, seen)
    if (Array.isArray(schema.allOf)) return this.#alternatives(this.#resolved(schema), seen)
    const choices = Array.isArray(schema.anyOf) ? 'anyOf' : Array.isArray(schema.oneOf) ? 'oneOf' : null
    if (choices !== null) return this.#chosen(schema, choices, seen)
    return new Set(this.#plain(schema))
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
    const choices = this.#derived(schema, () => {
      this.#budget.spendCopy(schema)
      const { [keyword]: listed, ...siblings } = schema
      const constraints = this.#constraintsOf(siblings)
      const isAlone = Object.keys(constraints).length === 0
      this.#budget.spend((listed as readonly unknown[]).length)
      return (listed as readonly unknown[]).map((choice) =>
        isAlone || !isJsonObject(choice) ? choice : { allOf: [constraints, choice] },
      )
    })
    const found = new Set<string>()
    for (const choice of choices) for (const name of this.#alternatives(choice, seen)) found.add(name)
    return found
  }

  #resolved(schema: JsonObject): unknown {
    return this.#derived(schema, () => [this.#resolver.resolve(schema)])[0]
  }

  /** Schemas derived from one, cached so that recursive schemas are recognized. */
  #derived(schema: JsonObject, make: () => readonly unknown[]): readonly unknown[] {
    const known = this.#derivations.get(schema)
    if (known !== undefined) return known
    const made = make()
    this.#derivations.set(schema, made)
    return made
  }

  /** The rules of a schema without references and alternatives, one for each type. */
  #plain(schema: JsonObject): string[] {
    const keyword = unsupportedKeyword(schema)
    if (keyword !== undefined) this.#unsupported(`${keyword} is not supported`)
    if (Object.hasOwn(schema, 'const')) return [this.#rules.add(this.#valueLiteral(schema.const))]
    if (Array.isArray(schema.enum) && schema.enum.length > 0) {
      if (schema.enum.length <= MAX_LISTED_VALUES) {
        return [this.#rules.add(schema.enum.map((value) => this.#valueLiteral(value)).join(' | '))]
      }
      if (this.#isStrict) throw new SchemaError(TOO_COMPLEX)
    }
    const types = typesOf(schema)
    this.#budget.spend(types.length)
    const names = types.flatMap((type) => this.#typed(schema, type) ?? [])
    if (names.length < types.length) this.#unsupported(`${shortened(JSON.stringify(schema.type))} is no type`)
    if (names.length === 0) return [this.#rules.primitive('value')]
    return schema.nullable === true ? [...names, this.#rules.primitive('null')] : names
  }

  #valueLiteral(value: unknown): string {
    this.#budget.measure(value)
    return literal(JSON.stringify(value))
  }

  #typed(schema: JsonObject, type: unknown): string | null {
    switch (type) {
      case 'object':
        return this.#once(schema, this.#objects, () => this.#objectBody(schema))
      case 'array':
        return this.#once(schema, this.#arrays, () => this.#arrayBody(schema))
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

  #objectBody(schema: JsonObject): string {
    const listed = isJsonObject(schema.properties) ? schema.properties : {}
    const demanded: readonly unknown[] = Array.isArray(schema.required) ? schema.required : []
    this.#budget.spend(Object.keys(listed).length + demanded.length)
    const properties = Object.entries(listed)
    const required = new Set(demanded)
    const named = new Set<unknown>(properties.map(([key]) => key))
    for (const name of required) {
      if (typeof name === 'string' && !named.has(name)) properties.push([name, true])
    }
    const space = this.#rules.primitive('space')
    if (properties.length > MAX_PROPERTIES) {
      if (this.#isStrict) throw new SchemaError(TOO_COMPLEX)
      return this.#rules.primitive('object')
    }
    const extra = this.#extraMember(
      schema,
      properties.map(([key]) => key),
    )
    if (properties.length === 0 && extra === null) return `"{" ${space} "}"`
    // Two chains of rules, from the last property back: before the first member, and after one.
    let first = extra === null ? '"}"' : `( ${extra} ( "," ${space} ${extra} )* ${space} )? "}"`
    let further = extra === null ? `${space} "}"` : `( "," ${space} ${extra} )* ${space} "}"`
    for (const [key, value] of properties.reverse()) {
      this.#budget.spendText(key.length)
      const member = `${literal(`${JSON.stringify(key)}:`)} ${space} ${this.valueRule(value)}`
      const next = this.#rules.add(further)
      const isOptional = !required.has(key)
      first = isOptional ? `${member} ${next} | ${this.#rules.add(first)}` : `${member} ${next}`
      further = isOptional ? `"," ${space} ${member} ${next} | ${next}` : `"," ${space} ${member} ${next}`
    }
    return `"{" ${space} ( ${first} )`
  }

  /** A rule for additional properties; null if there are none. */
  #extraMember(schema: JsonObject, names: readonly string[]): string | null {
    const { additionalProperties, patternProperties } = schema
    const hasPatterns = isJsonObject(patternProperties) && Object.keys(patternProperties).length > 0
    // Not enforced: any other property may be one of a pattern.
    if (additionalProperties === false && !hasPatterns) return null
    if (additionalProperties === undefined && names.length > 0 && !hasPatterns) return null
    const value = this.valueRule(hasPatterns ? true : (additionalProperties ?? true))
    return this.#rules.add(
      `${additionalPropertyKey(this.#rules, names)} ":" ${this.#rules.primitive('space')} ${value}`,
    )
  }

  #arrayBody(schema: JsonObject): string {
    const space = this.#rules.primitive('space')
    const tuple = (Array.isArray(schema.prefixItems) ? schema.prefixItems : []).map((item) =>
      this.valueRule(item),
    )
    const { min, max } = this.#itemCounts(schema, tuple.length)
    if (max === 0)
      return tuple.length > 0
        ? `"[" ${space} ${tuple.join(` "," ${space} `)} ${space} "]"`
        : `"[" ${space} "]"`
    const item = this.valueRule(schema.items ?? true)
    const further = (from: number, to: number | null) => `( "," ${space} ${item} ){${from},${to ?? ''}}`
    if (tuple.length > 0) {
      return `"[" ${space} ${tuple.join(` "," ${space} `)} ${further(min, max)} ${space} "]"`
    }
    const all = `${item} ${further(Math.max(0, min - 1), max === null ? null : max - 1)} ${space}`
    return min === 0 ? `"[" ${space} ( ${all} )? "]"` : `"[" ${space} ${all} "]"`
  }

  /** How many items follow those of a tuple. */
  #itemCounts(schema: JsonObject, tupleLength: number): { min: number; max: number | null } {
    const isClosed = schema.items === false || (tupleLength > 0 && schema.items === undefined)
    const count = (value: unknown) =>
      typeof value === 'number' && value >= 0 ? Math.max(0, Math.ceil(value) - tupleLength) : null
    const min = count(schema.minItems) ?? 0
    const max = isClosed ? 0 : count(schema.maxItems)
    if (min > MAX_COUNTED_ITEMS || (max ?? 0) > MAX_COUNTED_ITEMS) {
      if (this.#isStrict) throw new SchemaError(TOO_COMPLEX)
      return { min: Math.min(min, MAX_COUNTED_ITEMS), max: null }
    }
    return { min: max === null ? min : Math.min(min, max), max }
  }

  #stringRule(schema: JsonObject): string {
    if (typeof schema.pattern === 'string') this.#budget.spendPattern(schema.pattern)
    const { body, unsupported } = stringContent(schema, 'json', this.#rules.primitive('char'))
    for (const keyword of unsupported) this.#unsupported(`this ${keyword} is not supported`)
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
    const bound = ['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'].find(
      (keyword) => typeof schema[keyword] === 'number',
    )
    if (bound !== undefined) this.#unsupported(`${bound} is supported for integers only`)
    return this.#rules.primitive('number')
  }

  /** @throws SchemaError in a strict schema */
  #unsupported(why: string): void {
    if (this.#isStrict) throw new SchemaError(why)
  }
}

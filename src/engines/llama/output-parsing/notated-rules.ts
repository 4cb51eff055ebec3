import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { listedValues } from '../grammar/listed-values.ts'
import { resolveReference } from '../grammar/resolve-reference.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { constraintsOf, typesOf } from '../grammar/schema-keywords.ts'
import { parameterList } from './parameter-list.ts'
import { allowedTypes, isString } from './parameter-value.ts'
import type { ToolCallRule } from './tool-call-rules.ts'
import { unsupportedToolSchema } from './unsupported-schema.ts'

/** What rules follow of a schema that is not a string's or a number's; the rest says nothing about values. */
const FOLLOWED: ReadonlySet<string> = new Set(
  'type nullable properties required additionalProperties items minItems maxItems enum const anyOf oneOf $ref $defs definitions'.split(
    ' ',
  ),
)
const WORDS: ReadonlySet<string> = new Set(
  '$schema $id $comment title description default examples deprecated readOnly writeOnly'.split(' '),
)

const SCALARS: ReadonlySet<unknown> = new Set(['integer', 'number', 'boolean', 'null'])
const MAX_REFERENCES = 16

/** A property of an object. */
export interface NotatedMember {
  readonly name: string
  /** The name of a rule for its value. */
  readonly value: string
  readonly isRequired: boolean
}

/** The items of a list. */
export interface NotatedItems {
  /** The name of a rule for one item. */
  readonly item: string
  readonly min: number
  /** Null for any number. */
  readonly max: number | null
}

/** How a family writes values other than as JSON. Each function returns the body of a rule. */
export interface ValueNotation {
  readonly object: (members: readonly NotatedMember[], rules: GrammarRules) => string
  readonly array: (items: NotatedItems, rules: GrammarRules) => string
  /** @param text the name of a rule for the string without quotes */
  readonly string: (text: string) => string
  /** @param json the name of a rule for a number, a truth value or null */
  readonly scalar: (json: string) => string
  readonly anyObject: (rules: GrammarRules) => string
  readonly any: (rules: GrammarRules) => string
  /** Whether null may also be written as nothing, where no object and no list is allowed. */
  readonly isNullEmpty: boolean
  readonly write: (value: unknown) => string
}

/** Creates rules for the values of a tool's schema in a family's notation. Schemas may refer to themselves. */
export class NotatedRules {
  readonly #rules: GrammarRules
  readonly #call: ToolCallRule
  readonly #notation: ValueNotation
  readonly #made = new Map<JsonObject, string>()

  constructor(rules: GrammarRules, call: ToolCallRule, notation: ValueNotation) {
    this.#rules = rules
    this.#call = call
    this.#notation = notation
  }

  /** The body of a rule for the input. */
  inputBody(): string {
    this.#call.check()
    return this.#objectBody(this.#call.schema)
  }

  /** The name of a rule for a value, of a parameter or a part of it. */
  #valueRule(parameter: string, schema: unknown): string {
    const own = this.#resolved(schema)
    if (own === null) return this.#rules.add(this.#notation.any(this.#rules))
    const known = this.#made.get(own)
    if (known !== undefined) return known
    const name = this.#rules.reserve()
    this.#made.set(own, name)
    const choices = this.#choicesOf(own, new Set())
    const names = choices.map((choice) =>
      choice === own ? this.#plainBody(parameter, own) : this.#valueRule(parameter, choice),
    )
    if (names.length === 0) this.#unsupported('it refers to itself without an end')
    if (this.#mayBeEmpty(own)) names.push('""')
    this.#rules.fill(name, names.length === 0 ? this.#notation.any(this.#rules) : names.join(' | '))
    return name
  }

  /** A schema with references followed, and parts that stand alone; null if it is none. */
  #resolved(schema: unknown): JsonObject | null {
    let found = schema
    for (let count = 0; count < MAX_REFERENCES; count++) {
      if (!isJsonObject(found)) return null
      this.#rules.budget.spendCopy(found)
      const { $ref, ...others } = constraintsOf(found)
      const [other] = Object.keys(others)
      if (typeof $ref === 'string') {
        if (other !== undefined && this.#call.isStrict) return this.#narrowed({ $ref }, others, '$ref')
        found = resolveReference($ref, this.#call.schema)
      } else if (Array.isArray(others.allOf) && others.allOf.length === 1 && Object.keys(others).length === 1)
        found = others.allOf[0]
      else return found
    }
    return isJsonObject(found) ? found : null
  }

  /** A schema that also has to fit the keywords beside it: only rules for strings and scalars compare them. */
  #narrowed(schema: unknown, others: JsonObject, keyword: string): JsonObject {
    const { allOf, ...rest } = others
    const narrowed = { ...rest, allOf: [schema, ...(Array.isArray(allOf) ? (allOf as unknown[]) : [])] }
    const types = this.#typesOf(narrowed)
    if (types === null || types.has('object') || types.has('array'))
      this.#unsupported(`${keyword} beside ${Object.keys(others)[0]} is not supported for this model`)
    return narrowed
  }

  /** The alternatives of a schema, in one level, so that no rule begins with itself. */
  #choicesOf(schema: JsonObject, seen: Set<JsonObject>): JsonObject[] {
    if (seen.has(schema)) return []
    seen.add(schema)
    const keyword = Array.isArray(schema.anyOf) ? 'anyOf' : 'oneOf'
    const choices = schema[keyword]
    if (!Array.isArray(choices) || this.#isText(schema) || this.#isScalar(schema)) return [schema]
    this.#rules.budget.spendCopy(schema)
    const { [keyword]: _, ...others } = constraintsOf(schema)
    const isNarrowed = this.#call.isStrict && Object.keys(others).length > 0
    this.#rules.budget.spend(choices.length)
    return choices.flatMap((choice) => {
      const own = this.#resolved(isNarrowed ? this.#narrowed(choice, others, keyword) : choice)
      return own === null ? [] : this.#choicesOf(own, seen)
    })
  }

  #typesOf(schema: JsonObject): ReadonlySet<unknown> | null {
    const types = allowedTypes(schema, this.#call.schema)
    if (types !== null) return types
    const implied = typesOf(schema)
    return implied.length === 0 ? null : new Set(implied)
  }

  #mayBeEmpty(schema: JsonObject): boolean {
    const types = this.#notation.isNullEmpty ? this.#typesOf(schema) : null
    return types?.has('null') === true && !types.has('object') && !types.has('array')
  }

  #isText(schema: JsonObject): boolean {
    return isString(this.#typesOf(schema))
  }

  #isScalar(schema: JsonObject): boolean {
    const types = this.#typesOf(schema)
    return types !== null && types.size > 0 && [...types].every((type) => SCALARS.has(type))
  }

  #plainBody(parameter: string, schema: JsonObject): string {
    if (this.#isText(schema)) return this.#notation.string(this.#call.textRule(parameter, schema))
    const listed = this.#listedBody(schema)
    if (listed !== null) return listed
    const types = this.#typesOf(schema)
    if (types === null || types.size === 0) {
      this.#checkKeywords(schema)
      return this.#notation.any(this.#rules)
    }
    if (this.#isScalar(schema)) return this.#notation.scalar(this.#call.valueRule(parameter, schema))
    const { nullable: _, ...own } = schema
    return [...types].map((type) => this.#typedBody(parameter, { ...own, type }, type)).join(' | ')
  }

  /** Alternatives for the values that a schema lists; null if it lists none. */
  #listedBody(schema: JsonObject): string | null {
    const values = listedValues(schema, this.#rules.budget, (why) => this.#unsupported(why))
    return values?.map((value) => literal(this.#notation.write(JSON.parse(value)))).join(' | ') ?? null
  }

  #typedBody(parameter: string, schema: JsonObject, type: unknown): string {
    if (type === 'string') return this.#notation.string(this.#call.textRule(parameter, schema))
    if (type === 'object') return this.#objectBody(schema)
    if (type !== 'array') return this.#notation.scalar(this.#call.valueRule(parameter, schema))
    this.#checkKeywords(schema)
    if (Array.isArray(schema.items))
      this.#unsupported('items of different kinds are not supported for this model')
    const item = this.#valueRule(parameter, schema.items ?? true)
    const max = schema.items === false ? 0 : countOf(schema.maxItems)
    const counts = { min: countOf(schema.minItems) ?? 0, max }
    for (const count of [schema.minItems, schema.maxItems])
      if (typeof count === 'number' && countOf(count) === null)
        this.#unsupported(`${count} items are too many to count`)
    return this.#notation.array({ item, ...counts }, this.#rules)
  }

  #objectBody(schema: JsonObject): string {
    this.#checkKeywords(schema)
    const { properties, hasOthers } = parameterList(schema, this.#call, this.#rules)
    if (properties.length === 0 && hasOthers) return this.#notation.anyObject(this.#rules)
    const members = properties.map(({ name, schema: value, isRequired }) => {
      return { name, value: this.#valueRule(name, value), isRequired }
    })
    return this.#notation.object(members, this.#rules)
  }

  #checkKeywords(schema: JsonObject): void {
    const other = Object.keys(schema).find((keyword) => !FOLLOWED.has(keyword) && !WORDS.has(keyword))
    if (other !== undefined) this.#unsupported(`${other} is not supported for this model`)
  }

  /** @throws CompletionError `invalid-request` for a strict tool */
  #unsupported(why: string): void {
    if (this.#call.isStrict) throw unsupportedToolSchema(this.#call.name, new SchemaError(why))
  }
}

const MAX_COUNTED_ITEMS = 256

function countOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= MAX_COUNTED_ITEMS ? Math.ceil(value) : null
}

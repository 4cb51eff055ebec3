import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { parameterList } from './parameter-list.ts'
import { allowedTypes, isString, resolvedSchema } from './parameter-value.ts'
import type { ToolCallRule } from './tool-call-rules.ts'
import { unsupportedToolSchema } from './unsupported-schema.ts'

/** What rules follow of a schema that is not a string's or a number's; the rest says nothing about values. */
const FOLLOWED: ReadonlySet<string> = new Set(
  'type properties required additionalProperties items minItems maxItems enum const anyOf oneOf $ref $defs definitions'.split(
    ' ',
  ),
)
const WORDS: ReadonlySet<string> = new Set(
  '$schema $id $comment title description default examples deprecated readOnly writeOnly'.split(' '),
)

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
    const own = resolvedSchema(schema, this.#call.schema)
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
    this.#rules.fill(name, names.length === 0 ? this.#notation.any(this.#rules) : names.join(' | '))
    return name
  }

  /** The alternatives of a schema, in one level, so that no rule begins with itself. */
  #choicesOf(schema: JsonObject, seen: Set<JsonObject>): JsonObject[] {
    if (seen.has(schema)) return []
    seen.add(schema)
    const choices = this.#isText(schema) ? undefined : (schema.anyOf ?? schema.oneOf)
    if (!Array.isArray(choices)) return [schema]
    this.#checkKeywords(schema)
    this.#rules.budget.spend(choices.length)
    return choices.flatMap((choice) => {
      const own = resolvedSchema(choice, this.#call.schema)
      return own === null ? [] : this.#choicesOf(own, seen)
    })
  }

  #isText(schema: JsonObject): boolean {
    return isString(allowedTypes(schema, this.#call.schema))
  }

  #plainBody(parameter: string, schema: JsonObject): string {
    if (this.#isText(schema)) return this.#notation.string(this.#call.textRule(parameter, schema))
    const listed = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum
    if (Array.isArray(listed) && listed.length > 0) {
      this.#rules.budget.measure(listed)
      return listed.map((value) => literal(this.#notation.write(value))).join(' | ')
    }
    const types = allowedTypes(schema, this.#call.schema)
    if (types === null || types.size === 0) return this.#untypedBody(schema)
    return [...types].map((type) => this.#typedBody(parameter, { ...schema, type }, type)).join(' | ')
  }

  #untypedBody(schema: JsonObject): string {
    if (isJsonObject(schema.properties)) return this.#objectBody(schema)
    this.#checkKeywords(schema)
    return this.#notation.any(this.#rules)
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

import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import type { SchemaBudget } from './schema-budget.ts'
import { SchemaError } from './schema-error.ts'
import { holdsType, withNumericEnds } from './schema-keywords.ts'
import { constrainedType } from './strict-keywords.ts'

type Merger = (a: unknown, b: unknown, budget: SchemaBudget) => unknown

/** How two values of a keyword are merged into one that satisfies both; undefined where there is none. */
const MERGERS: ReadonlyMap<string, Merger> = new Map<string, Merger>([
  ['type', mergeTypes],
  ['enum', mergeValues],
  ['minimum', largest],
  ['exclusiveMinimum', largest],
  ['minLength', largest],
  ['minItems', largest],
  ['minProperties', largest],
  ['maximum', smallest],
  ['exclusiveMaximum', smallest],
  ['maxLength', smallest],
  ['maxItems', smallest],
  ['maxProperties', smallest],
  ['uniqueItems', either],
])
/** Keywords that are collected from all parts. */
const COLLECTED = new Set(['properties', 'required', 'additionalProperties', 'items', 'anyOf', 'oneOf'])
/** Keywords of lists that count the items before them, and so only within their own part. */
const POSITIONAL = ['prefixItems', 'items', 'additionalItems', 'unevaluatedItems']

/** What one part says of the properties that it does not name. */
interface Remainder {
  readonly names: ReadonlySet<string>
  readonly schema: unknown
  /** Whether it is about the properties that other parts name, too. */
  readonly bindsOthers: boolean
}

/** The intersection of several schemas; for keywords that cannot be merged the last value wins, unless it is strict. */
export class MergedSchema {
  readonly #budget: SchemaBudget
  readonly #isStrict: boolean
  readonly #keywords = new Map<string, unknown>()
  /** The schemas of each property, in the order in which properties first appear. */
  readonly #properties = new Map<string, unknown[]>()
  readonly #required = new Set<unknown>()
  /** Of each part that has `additionalProperties`. */
  readonly #remainders: Remainder[] = []
  readonly #items: unknown[] = []
  #positionalParts = 0
  /** Of `anyOf` and `oneOf`: combinations of one choice from each schema. */
  readonly #choices = new Map<string, unknown[][]>([
    ['anyOf', []],
    ['oneOf', []],
  ])

  constructor(budget: SchemaBudget, isStrict: boolean) {
    this.#budget = budget
    this.#isStrict = isStrict
  }

  /**
   * @param isOutermost whether it is not a part of an `allOf` or the target of a reference
   * @throws SchemaError when the budget is exhausted, or a strict schema cannot be merged
   */
  add(part: JsonObject, isOutermost: boolean): void {
    const schema = withNumericEnds(part)
    const keywords = Object.entries(schema)
    this.#budget.spend(keywords.length)
    this.#addRemainder(schema)
    this.#countPositional(schema)
    for (const [keyword, value] of keywords) {
      // In a part it speaks of the properties that this part alone evaluates.
      if (keyword === 'unevaluatedProperties' && !isOutermost) {
        if (value !== true) this.#unsupported(`${keyword} is not supported in a part of an allOf`)
      } else this.#addKeyword(keyword, value)
    }
  }

  /** @throws SchemaError as `add` */
  toSchema(): JsonObject {
    const merged = new Map(this.#keywords)
    if (merged.has('properties')) merged.set('properties', this.#mergedProperties())
    if (merged.has('required')) merged.set('required', [...this.#required])
    if (merged.has('items')) merged.set('items', allOf(this.#items))
    if (merged.has('additionalProperties')) {
      merged.set('additionalProperties', allOf(this.#remainders.map(({ schema }) => schema)))
    }
    for (const [keyword, choices] of this.#choices) {
      if (Array.isArray(merged.get(keyword))) merged.set(keyword, choices.map(allOf))
    }
    return Object.fromEntries(merged)
  }

  /** Properties of one part have to fit what the others say of properties that they do not name. */
  #mergedProperties(): JsonObject {
    this.#budget.spend(this.#properties.size * (1 + this.#remainders.length))
    const merged = [...this.#properties].map(([name, schemas]) => {
      const more = this.#remainders
        .filter(({ names, bindsOthers }) => bindsOthers && !names.has(name))
        .map(({ schema }) => schema)
      const isRequired = this.#required.has(name)
      // Without being strict, a property that must be there is allowed to be.
      const all = isRequired && !this.#isStrict && more.includes(false) ? schemas : [...schemas, ...more]
      return [name, allOf(all)]
    })
    return Object.fromEntries(merged)
  }

  #addRemainder({ properties, patternProperties, additionalProperties }: JsonObject): void {
    if (additionalProperties === undefined) return
    const names = isJsonObject(properties) ? Object.keys(properties) : []
    this.#budget.spend(names.length)
    // Which properties of other parts its patterns match is not worked out.
    const bindsOthers = this.#isStrict || !isJsonObject(patternProperties)
    this.#remainders.push({ names: new Set(names), schema: additionalProperties, bindsOthers })
  }

  #countPositional(schema: JsonObject): void {
    const isPositional = Array.isArray(schema.prefixItems) || Array.isArray(schema.items)
    if (!POSITIONAL.some((keyword) => Object.hasOwn(schema, keyword))) return
    if (this.#positionalParts > 0 && (isPositional || this.#keywords.has('prefixItems'))) {
      this.#unsupported('prefixItems is not supported beside items of another part of an allOf')
    }
    this.#positionalParts++
  }

  #addKeyword(keyword: string, value: unknown): void {
    const isFirst = !this.#keywords.has(keyword)
    if (keyword === 'properties') this.#addProperties(value)
    if (keyword === 'required') this.#addRequired(value)
    if (keyword === 'items') this.#items.push(value)
    const choices = this.#choices.get(keyword)
    if (choices !== undefined) {
      this.#choices.set(keyword, this.#combined(isFirst, choices, listOf(value)))
      this.#keywords.set(keyword, isFirst ? value : [])
    } else if (isFirst || COLLECTED.has(keyword)) this.#keywords.set(keyword, value)
    else this.#keywords.set(keyword, this.#mergedValue(keyword, this.#keywords.get(keyword), value))
  }

  #mergedValue(keyword: string, a: unknown, b: unknown): unknown {
    const merge = MERGERS.get(keyword)
    const merged = merge?.(a, b, this.#budget)
    if (merged !== undefined) return merged
    if (this.#isStrict && constrainedType(keyword) !== undefined && this.#textOf(a) !== this.#textOf(b)) {
      throw new SchemaError(`an allOf has two values of ${keyword}, which is not supported`)
    }
    return b
  }

  #textOf(value: unknown): string | undefined {
    this.#budget.measure(value)
    return JSON.stringify(value)
  }

  #addProperties(value: unknown): void {
    const properties = Object.entries(isJsonObject(value) ? value : {})
    this.#budget.spend(2 * properties.length)
    for (const [name, schema] of properties) {
      const schemas = this.#properties.get(name)
      if (schemas === undefined) this.#properties.set(name, [schema])
      else schemas.push(schema)
    }
  }

  #addRequired(value: unknown): void {
    const names = listOf(value)
    this.#budget.spend(names.length)
    for (const name of names) this.#required.add(name)
  }

  /** Combines the choices of two lists. They are counted first: a few short lists have millions of combinations. */
  #combined(isFirst: boolean, known: unknown[][], further: readonly unknown[]): unknown[][] {
    if (isFirst) {
      this.#budget.spend(further.length)
      return further.map((choice) => [choice])
    }
    this.#budget.spend(known.length * further.length)
    const [only] = further
    if (further.length === 1) {
      for (const together of known) together.push(only)
      return known
    }
    this.#budget.spend(known.reduce((sum, together) => sum + together.length, 0) * further.length)
    return known.flatMap((together) => further.map((choice) => [...together, choice]))
  }

  /** @throws SchemaError in a strict schema */
  #unsupported(why: string): void {
    if (this.#isStrict) throw new SchemaError(why)
  }
}

/** A schema that satisfies all; values that are not schemas are ignored unless there is nothing else. */
function allOf(schemas: readonly unknown[]): unknown {
  if (schemas.includes(false)) return false
  const objects = schemas.filter(isJsonObject)
  return objects.length > 1 ? { allOf: objects } : (objects[0] ?? schemas.at(-1))
}

function mergeTypes(a: unknown, b: unknown, budget: SchemaBudget): unknown {
  const [ours, theirs] = [typesOf(a), typesOf(b)]
  budget.spend(ours.size + theirs.size)
  const common = [...ours].filter((type) => holdsType(theirs, type))
  if (ours.has('number') && theirs.has('integer') && !ours.has('integer')) common.push('integer')
  return common.length > 0 ? common : undefined
}

function mergeValues(a: unknown, b: unknown, budget: SchemaBudget): unknown {
  const textOf = (value: unknown) => {
    budget.measure(value)
    return JSON.stringify(value)
  }
  budget.spend(listOf(a).length + listOf(b).length)
  const texts = new Set(listOf(b).map(textOf))
  // Without duplicates, so that a long list does not stay long after each merge.
  const ours = new Map(listOf(a).map((value) => [textOf(value), value]))
  return [...ours].flatMap(([text, value]) => (texts.has(text) ? [value] : []))
}

function largest(a: unknown, b: unknown): unknown {
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : undefined
}

function smallest(a: unknown, b: unknown): unknown {
  return typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : undefined
}

function either(a: unknown, b: unknown): unknown {
  return a === true || b === true
}

function typesOf(value: unknown): ReadonlySet<unknown> {
  return new Set(Array.isArray(value) ? value : [value])
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

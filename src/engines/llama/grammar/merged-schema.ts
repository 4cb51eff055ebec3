import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import type { SchemaBudget } from './schema-budget.ts'

type Merger = (a: unknown, b: unknown, budget: SchemaBudget) => unknown

/** How two values of a keyword are merged into one that satisfies both. */
const MERGERS: ReadonlyMap<string, Merger> = new Map<string, Merger>([
  ['type', mergeTypes],
  ['enum', mergeValues],
  ['minimum', largest],
  ['minLength', largest],
  ['minItems', largest],
  ['maximum', smallest],
  ['maxLength', smallest],
  ['maxItems', smallest],
])

/** The intersection of several schemas; for keywords that cannot be merged the last value wins. */
export class MergedSchema {
  readonly #budget: SchemaBudget
  readonly #keywords = new Map<string, unknown>()
  /** The schemas of each property, in the order in which properties first appear. */
  readonly #properties = new Map<string, unknown[]>()
  readonly #required = new Set<unknown>()
  /** The schemas of additional properties and of items. */
  readonly #others = new Map<string, unknown[]>([
    ['additionalProperties', []],
    ['items', []],
  ])
  /** Of `anyOf` and `oneOf`: combinations of one choice from each schema. */
  readonly #choices = new Map<string, unknown[][]>([
    ['anyOf', []],
    ['oneOf', []],
  ])

  constructor(budget: SchemaBudget) {
    this.#budget = budget
  }

  /** @throws SchemaError when the budget is exhausted */
  add(schema: JsonObject): void {
    const keywords = Object.entries(schema)
    this.#budget.spend(keywords.length)
    for (const [keyword, value] of keywords) this.#addKeyword(keyword, value)
  }

  /** @throws SchemaError as `add` */
  toSchema(): JsonObject {
    const merged = new Map(this.#keywords)
    if (merged.has('properties')) merged.set('properties', this.#mergedProperties())
    if (merged.has('required')) merged.set('required', [...this.#required])
    for (const [keyword, schemas] of this.#others)
      if (merged.has(keyword)) merged.set(keyword, allOf(schemas))
    for (const [keyword, choices] of this.#choices) {
      if (Array.isArray(merged.get(keyword))) merged.set(keyword, choices.map(allOf))
    }
    if (this.#others.get('additionalProperties')?.includes(false)) merged.set('additionalProperties', false)
    return Object.fromEntries(merged)
  }

  #mergedProperties(): JsonObject {
    this.#budget.spend(this.#properties.size)
    return Object.fromEntries([...this.#properties].map(([name, schemas]) => [name, allOf(schemas)]))
  }

  #addKeyword(keyword: string, value: unknown): void {
    const isFirst = !this.#keywords.has(keyword)
    const merge = isFirst ? undefined : MERGERS.get(keyword)
    const merged = merge?.(this.#keywords.get(keyword), value, this.#budget) ?? value
    if (keyword === 'properties') this.#addProperties(value)
    if (keyword === 'required') this.#addRequired(value)
    this.#others.get(keyword)?.push(value)
    const choices = this.#choices.get(keyword)
    if (choices !== undefined) this.#choices.set(keyword, this.#combined(isFirst, choices, listOf(value)))
    this.#keywords.set(keyword, choices !== undefined && !isFirst ? [] : merged)
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
}

/** A schema that satisfies all; values that are not schemas are ignored unless there is nothing else. */
function allOf(schemas: readonly unknown[]): unknown {
  const objects = schemas.filter(isJsonObject)
  return objects.length > 1 ? { allOf: objects } : (objects[0] ?? schemas.at(-1))
}

function mergeTypes(a: unknown, b: unknown, budget: SchemaBudget): unknown {
  const [ours, theirs] = [typesOf(a), typesOf(b)]
  budget.spend(ours.size + theirs.size)
  const common = [...ours].filter((type) => theirs.has(type) || (type === 'integer' && theirs.has('number')))
  if (ours.has('number') && theirs.has('integer')) common.push('integer')
  return common.length > 0 ? common : b
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
  return typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : b
}

function smallest(a: unknown, b: unknown): unknown {
  return typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : b
}

function typesOf(value: unknown): ReadonlySet<unknown> {
  return new Set(Array.isArray(value) ? value : [value])
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

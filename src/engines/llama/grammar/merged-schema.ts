import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import type { SchemaBudget } from './schema-budget.ts'

type Merger = (a: unknown, b: unknown, budget: SchemaBudget) => unknown

/** How two values of a keyword become one that both agree with. */
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

/** One schema for what fits several; where two disagree beyond that, the later counts. */
export class MergedSchema {
  readonly #budget: SchemaBudget
  readonly #keywords = new Map<string, unknown>()
  /** What was said of each property, in the order in which it came. */
  readonly #properties = new Map<string, unknown[]>()
  readonly #required = new Set<unknown>()
  /** What was said of members that are not named, and of items. */
  readonly #others = new Map<string, unknown[]>([
    ['additionalProperties', []],
    ['items', []],
  ])
  /** Of `anyOf` and `oneOf`: what has to fit together, one choice of each. */
  readonly #choices = new Map<string, unknown[][]>([
    ['anyOf', []],
    ['oneOf', []],
  ])

  constructor(budget: SchemaBudget) {
    this.#budget = budget
  }

  /** @throws SchemaError where it takes more steps than are left */
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

  /** Every choice of one list with every choice of the other. They are counted first: short lists make millions. */
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

/** What fits all of some; of what is no schema the last, if nothing else is there. */
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
  // Each value once: a long list would be gone through again with every short one.
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

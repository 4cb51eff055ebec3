import type { GrammarAutomaton } from '../../src/engines/llama/grammar/grammar-automaton.ts'
import { GrammarBudget } from '../../src/engines/llama/grammar/grammar-budget.ts'
import type { GrammarState } from '../../src/engines/llama/grammar/grammar-state.ts'
import { isJsonObject, type JsonObject } from '../../src/util/json-object.ts'
import { alternativesOf, itemSchemas, propertySchemas } from './applying-schemas.ts'

const PLENTY = 100_000_000
/** Most orders of the members of one object that are tried. */
const MAX_ORDERS = 40

/**
 * Whether a grammar accepts a value, written as a model writes it: compact, with the members of each object in the order of
 * the schema's properties. Where alternatives name properties in different orders, each of them is tried.
 */
export function matchInstance(automaton: GrammarAutomaton, schema: unknown, value: unknown): boolean {
  return new InstanceMatcher(automaton, schema).matches(value)
}

/** Schemas that speak of one value. */
interface ApplyingSchemas {
  /** Without alternatives. */
  readonly base: readonly JsonObject[]
  readonly alternatives: readonly (readonly JsonObject[])[]
  readonly all: readonly JsonObject[]
}

class InstanceMatcher {
  readonly #automaton: GrammarAutomaton
  readonly #root: unknown
  readonly #budget = new GrammarBudget(PLENTY)

  constructor(automaton: GrammarAutomaton, root: unknown) {
    this.#automaton = automaton
    this.#root = root
  }

  matches(value: unknown): boolean {
    const state = this.#write(this.#automaton.start(this.#budget), value, this.#about([this.#root]))
    return state?.isComplete ?? false
  }

  #write(state: GrammarState, value: unknown, schemas: ApplyingSchemas): GrammarState | null {
    // A schema may list a whole value, with its members in another order.
    const whole = this.#text(state, JSON.stringify(value))
    if (whole !== null) return whole
    if (Array.isArray(value)) return this.#writeList(state, value, schemas)
    return isJsonObject(value) ? this.#writeObject(state, value, schemas) : null
  }

  #writeList(from: GrammarState, items: readonly unknown[], schemas: ApplyingSchemas): GrammarState | null {
    let state = this.#text(from, '[')
    for (const [index, item] of items.entries()) {
      if (index > 0) state = state && this.#text(state, ',')
      state = state && this.#write(state, item, this.#about(itemSchemas(schemas.all, index)))
    }
    return state && this.#text(state, ']')
  }

  #writeObject(from: GrammarState, value: JsonObject, schemas: ApplyingSchemas): GrammarState | null {
    for (const order of ordersOf(Object.keys(value), schemas)) {
      let state = this.#text(from, '{')
      for (const [index, name] of order.entries()) {
        state = state && this.#text(state, `${index > 0 ? ',' : ''}${JSON.stringify(name)}:`)
        state = state && this.#write(state, value[name], this.#about(propertySchemas(schemas.all, name)))
      }
      state = state && this.#text(state, '}')
      if (state !== null) return state
    }
    return null
  }

  #about(schemas: readonly unknown[]): ApplyingSchemas {
    const alternatives = schemas.map((schema) => alternativesOf(schema, this.#root))
    return {
      base: alternatives.flatMap(([parts = []]) => parts),
      alternatives: alternatives.flatMap(([, ...others]) => others),
      all: [...new Set(alternatives.flat(2))],
    }
  }

  #text(from: GrammarState, text: string): GrammarState | null {
    let state: GrammarState | null = from
    for (const character of text) {
      state = state && this.#automaton.next(state, character.codePointAt(0) ?? 0, this.#budget)
    }
    return state
  }
}

/** The order in which schemas name properties, then others; and the same with each alternative first. */
function* ordersOf(
  names: readonly string[],
  { base, alternatives, all }: ApplyingSchemas,
): Generator<string[]> {
  const first = base.flatMap(propertiesOf)
  const required = [...base, ...all].flatMap(({ required }) =>
    Array.isArray(required) ? (required as string[]) : [],
  )
  const seen = new Set<string>()
  for (const alternative of [[], ...alternatives].slice(0, MAX_ORDERS)) {
    // What an object requires only comes after all that it names.
    const order = [...first, ...alternative.flatMap(propertiesOf), ...all.flatMap(propertiesOf), ...required]
    const places = new Map([...new Set(order)].map((name, place) => [name, place]))
    const placeOf = (name: string) => places.get(name) ?? places.size
    const sorted = names.toSorted((a, b) => placeOf(a) - placeOf(b))
    const key = JSON.stringify(sorted)
    if (seen.has(key)) continue
    seen.add(key)
    yield sorted
  }
}

function propertiesOf({ properties }: JsonObject): string[] {
  return isJsonObject(properties) ? Object.keys(properties) : []
}

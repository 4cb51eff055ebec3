import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { resolvedSchema, typesOf } from './parameter-value.ts'

/** What a schema says of the elements in an element. */
export interface ElementSchema {
  /** The schema without references; null if there is none. */
  readonly own: JsonObject | null
  /** The types that it allows, as far as it names them. */
  readonly types: ReadonlySet<unknown>
  readonly properties: ReadonlyMap<string, JsonObject | null>
  readonly items: JsonObject | null
}

/** Reads a schema and its alternatives, of one level. */
export function elementSchema(schema: JsonObject | null, root: JsonObject): ElementSchema {
  const own = resolvedSchema(schema, root)
  const alternatives = [own?.anyOf, own?.oneOf].flatMap((listed) => (Array.isArray(listed) ? listed : []))
  const all = [own, ...alternatives.map((one) => resolvedSchema(one, root))]
  const properties = new Map<string, JsonObject | null>()
  const types = new Set<unknown>()
  let items: JsonObject | null = null
  for (const one of all) {
    if (one === null) continue
    for (const type of typesOf(one) ?? []) types.add(type)
    if (isJsonObject(one.items)) items ??= one.items
    if (!isJsonObject(one.properties)) continue
    for (const [name, value] of Object.entries(one.properties)) {
      if (!properties.has(name)) properties.set(name, isJsonObject(value) ? value : null)
    }
  }
  return { own, types, properties, items }
}

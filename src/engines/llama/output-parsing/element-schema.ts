import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { typesOf } from '../grammar/schema-keywords.ts'
import { type AllowedTypes, allowedTypes, resolvedSchema } from './parameter-value.ts'

/** What a schema says of the elements in an element. */
export interface ElementSchema {
  /** The types that it allows; null for all. */
  readonly types: AllowedTypes
  readonly properties: ReadonlyMap<string, JsonObject | null>
  readonly items: JsonObject | null
}

/** Reads a schema and its alternatives, of one level. */
export function elementSchema(schema: JsonObject | null, root: JsonObject): ElementSchema {
  const own = resolvedSchema(schema, root)
  const alternatives = [own?.anyOf, own?.oneOf].flatMap((listed) => (Array.isArray(listed) ? listed : []))
  const all = [own, ...alternatives.map((one) => resolvedSchema(one, root))]
  const properties = new Map<string, JsonObject | null>()
  let items: JsonObject | null = null
  for (const one of all) {
    if (one === null) continue
    if (isJsonObject(one.items)) items ??= one.items
    if (!isJsonObject(one.properties)) continue
    for (const [name, value] of Object.entries(one.properties)) {
      if (!properties.has(name)) properties.set(name, isJsonObject(value) ? value : null)
    }
  }
  const implied = own === null ? [] : typesOf(own)
  const types = allowedTypes(schema, root) ?? (implied.length === 0 ? null : new Set(implied))
  return { types, properties, items }
}

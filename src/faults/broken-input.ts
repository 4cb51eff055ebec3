import type { JsonObject } from '../util/json-object.ts'
import { objectAt, textAt, writeJson } from '../util/json-value.ts'

/** A tool's input that is no JSON. Clients read one that only lacks its end. */
export function malformedInput(json: string): string {
  return json.includes(':') ? json.replace(':', ' ') : '{"input" 1}'
}

/** The JSON of an input that does not match a schema: its first property has another type, and the others are missing. */
export function inputAgainst(schema: JsonObject): string {
  const properties = objectAt(schema, 'properties') ?? {}
  const [name] = Object.keys(properties)
  if (name === undefined) return '{"unexpected": true}'
  return writeJson({
    [name]: textAt(properties[name], 'type') === 'string' ? 12_345 : 'not what was asked for',
  })
}

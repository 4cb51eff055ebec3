import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { resolveReference } from '../grammar/resolve-reference.ts'
import { PYTHON_LITERALS } from './json-copier.ts'

const MAX_REFERENCES = 16

/** The schema of one parameter of a tool's input, with references resolved; null if there is none. */
export function parameterSchema(inputSchema: JsonObject, name: string): JsonObject | null {
  const root = follow(inputSchema, inputSchema)
  const properties = isJsonObject(root?.properties) ? root.properties : {}
  return Object.hasOwn(properties, name) ? follow(properties[name], inputSchema) : null
}

/** Whether a schema allows strings alone, so that even a text such as `42` is one. */
export function isString(schema: JsonObject | null): boolean {
  if (schema === null) return false
  const { type, enum: values, const: value } = schema
  if (type !== undefined)
    return type === 'string' || (Array.isArray(type) && type.length === 1 && type[0] === 'string')
  return (
    typeof value === 'string' ||
    (Array.isArray(values) && values.length > 0 && values.every((one) => typeof one === 'string'))
  )
}

/**
 * The JSON of a parameter whose strings are written without quotes. A text that is JSON of a type which the schema does
 * not allow is a string, if the schema allows one: `12345` for a string or null.
 */
export function parameterJson(text: string, schema: JsonObject | null): string {
  const word = text.trim()
  const json = Object.hasOwn(PYTHON_LITERALS, word) ? (PYTHON_LITERALS[word] ?? '') : word
  try {
    const value: unknown = JSON.parse(json)
    return JSON.stringify(isForeign(value, schema) ? text : value)
  } catch {
    return JSON.stringify(text)
  }
}

/** Whether a schema allows strings, but no value of the given one's type. */
function isForeign(value: unknown, schema: JsonObject | null): boolean {
  const types = schema === null ? null : typesOf(schema)
  return types?.has('string') === true && !typeNames(value).some((name) => types.has(name))
}

/** The types that a schema names, also in alternatives; null where it allows others too. */
function typesOf(schema: JsonObject): ReadonlySet<unknown> | null {
  if (schema.type !== undefined) return new Set([schema.type].flat())
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum
  if (Array.isArray(values)) return new Set(values.flatMap(typeNames))
  const alternatives = schema.anyOf ?? schema.oneOf
  if (!Array.isArray(alternatives)) return null
  const all = new Set<unknown>()
  for (const one of alternatives) {
    // One level is what schema generators write for optional values.
    const types =
      !isJsonObject(one) || one.anyOf !== undefined || one.oneOf !== undefined ? null : typesOf(one)
    if (types === null) return null
    for (const type of types) all.add(type)
  }
  return all
}

function typeNames(value: unknown): string[] {
  if (value === null) return ['null']
  if (Array.isArray(value)) return ['array']
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number']
  return [typeof value]
}

function follow(schema: unknown, root: JsonObject): JsonObject | null {
  let found = schema
  for (let count = 0; count < MAX_REFERENCES; count++) {
    if (!isJsonObject(found) || typeof found.$ref !== 'string') break
    found = resolveReference(found.$ref, root)
  }
  return isJsonObject(found) ? found : null
}

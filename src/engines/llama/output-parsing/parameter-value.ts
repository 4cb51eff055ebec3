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

/** The JSON of a parameter whose strings are written without quotes. */
export function parameterJson(text: string): string {
  const word = text.trim()
  const json = Object.hasOwn(PYTHON_LITERALS, word) ? (PYTHON_LITERALS[word] ?? '') : word
  try {
    return JSON.stringify(JSON.parse(json))
  } catch {
    return JSON.stringify(text)
  }
}

function follow(schema: unknown, root: JsonObject): JsonObject | null {
  let found = schema
  for (let count = 0; count < MAX_REFERENCES; count++) {
    if (!isJsonObject(found) || typeof found.$ref !== 'string') break
    found = resolveReference(found.$ref, root)
  }
  return isJsonObject(found) ? found : null
}

import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { resolveReference } from '../grammar/resolve-reference.ts'
import { type CopyStep, JsonCopier } from './json-copier.ts'

const MAX_REFERENCES = 16

/** The schema of one parameter of a tool's input, with references resolved; null if there is none. */
export function parameterSchema(inputSchema: JsonObject, name: string): JsonObject | null {
  const root = resolvedSchema(inputSchema, inputSchema)
  const properties = isJsonObject(root?.properties) ? root.properties : {}
  return Object.hasOwn(properties, name) ? resolvedSchema(properties[name], inputSchema) : null
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
  const isValid = isJson(word)
  const json =
    isValid || mayBeCorrected(word, schema) ? (correctedJson(word) ?? (isValid ? word : null)) : null
  if (json === null) return JSON.stringify(text)
  return isForeign(JSON.parse(json), schema) ? JSON.stringify(text) : json
}

/** Where a string is allowed too, objects and lists are such as they stand. */
function mayBeCorrected(word: string, schema: JsonObject | null): boolean {
  if (/^[TFN]\w+$/.test(word)) return true
  return /^[{[]/.test(word) && (schema === null || typesOf(schema)?.has('string') !== true)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A value as JSON without white space, also from Python's notation or with a model's mistakes; null where it is none. */
function correctedJson(text: string): string | null {
  const copier = new JsonCopier()
  let step: CopyStep = 'more'
  for (const unit of text) {
    if (step !== 'more') return null
    step = copier.push(unit)
  }
  if (step === 'more') step = copier.end()
  const json = copier.take()
  return step === 'more' || step === 'broken' || !isJson(json) ? null : json
}

/** Whether a schema allows strings, but no value of the given one's type. */
function isForeign(value: unknown, schema: JsonObject | null): boolean {
  const types = schema === null ? null : typesOf(schema)
  return types?.has('string') === true && !typeNames(value).some((name) => types.has(name))
}

/** The types that a schema names, also in alternatives; null where it allows others too. */
export function typesOf(schema: JsonObject): ReadonlySet<unknown> | null {
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

/** A schema with its references followed; null if it is none. */
export function resolvedSchema(schema: unknown, root: JsonObject): JsonObject | null {
  let found = schema
  for (let count = 0; count < MAX_REFERENCES; count++) {
    if (!isJsonObject(found) || typeof found.$ref !== 'string') break
    found = resolveReference(found.$ref, root)
  }
  return isJsonObject(found) ? found : null
}

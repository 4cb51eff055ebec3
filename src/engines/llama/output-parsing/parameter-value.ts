import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { resolveReference } from '../grammar/resolve-reference.ts'
import { typeNameOf } from '../grammar/schema-keywords.ts'
import { type CopyStep, JsonCopier } from './json-copier.ts'

const MAX_REFERENCES = 16
/** Most schemas that are looked at for the types of one. */
const MAX_SCHEMAS = 256

/** The types that a schema allows; null for all. */
export type AllowedTypes = ReadonlySet<unknown> | null

/** The types of one parameter of a tool's input. References, alternatives and parts of its schema are followed. */
export function parameterTypes(inputSchema: JsonObject, name: string): AllowedTypes {
  const root = resolvedSchema(inputSchema, inputSchema)
  const properties = isJsonObject(root?.properties) ? root.properties : {}
  return Object.hasOwn(properties, name) ? allowedTypes(properties[name], inputSchema) : null
}

/** Whether only strings are allowed, so that even a text such as `42` is one. */
export function isString(types: AllowedTypes): boolean {
  return types?.size === 1 && types.has('string')
}

/**
 * The JSON of a parameter whose strings are written without quotes. A text that is JSON of a type which is not allowed is
 * a string, if strings are: `12345` for a string or null.
 */
export function parameterJson(text: string, types: AllowedTypes): string {
  const word = text.trim()
  const isValid = isJson(word)
  const json =
    isValid || mayBeCorrected(word, types) ? (correctedJson(word) ?? (isValid ? word : null)) : null
  if (json === null) return JSON.stringify(text)
  return isForeign(JSON.parse(json), types) ? JSON.stringify(text) : json
}

/** Where a string is allowed too, objects and lists are such as they stand. */
function mayBeCorrected(word: string, types: AllowedTypes): boolean {
  if (/^[TFN]\w+$/.test(word)) return true
  return /^[{[]/.test(word) && types?.has('string') !== true
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

/** Whether strings are allowed, but no value of the given one's type. */
function isForeign(value: unknown, types: AllowedTypes): boolean {
  return types?.has('string') === true && !typeNamesOf(value).some((name) => types.has(name))
}

function typeNamesOf(value: unknown): string[] {
  const name = typeNameOf(value)
  return name === 'integer' ? ['integer', 'number'] : [name]
}

/** The types that a schema allows. References, alternatives and parts of it are followed. */
export function allowedTypes(schema: unknown, root: JsonObject): AllowedTypes {
  return new TypeFinder(root).typesOf(schema)
}

class TypeFinder {
  readonly #root: JsonObject
  #left = MAX_SCHEMAS

  constructor(root: JsonObject) {
    this.#root = root
  }

  /** @returns null for all types, and where too many schemas would have to be looked at */
  typesOf(schema: unknown): AllowedTypes {
    if (!isJsonObject(schema) || --this.#left < 0) return null
    let types = ownTypes(schema)
    const parts = [
      ...(typeof schema.$ref === 'string' ? [resolveReference(schema.$ref, this.#root)] : []),
      ...(Array.isArray(schema.allOf) ? schema.allOf.slice(0, MAX_SCHEMAS) : []),
    ]
    for (const part of parts) types = common(types, this.typesOf(part))
    for (const list of [schema.anyOf, schema.oneOf]) {
      if (Array.isArray(list)) types = common(types, this.#anyOf(list))
    }
    return types
  }

  #anyOf(list: readonly unknown[]): AllowedTypes {
    const all = new Set<unknown>()
    for (const one of list) {
      const types = this.typesOf(one)
      if (types === null) return null
      for (const type of types) all.add(type)
    }
    return all
  }
}

function ownTypes(schema: JsonObject): AllowedTypes {
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum
  const listed = Array.isArray(values) ? new Set<unknown>(values.flatMap(typeNamesOf)) : null
  if (schema.type === undefined) return listed
  const named = new Set<unknown>([schema.type].flat())
  if (schema.nullable === true) named.add('null')
  return common(named, listed)
}

/** The types that are in both; whole numbers are numbers. */
function common(a: AllowedTypes, b: AllowedTypes): AllowedTypes {
  if (a === null || b === null) return a ?? b
  const both = [...a].filter((type) => b.has(type) || (type === 'integer' && b.has('number')))
  if (a.has('number') && b.has('integer')) both.push('integer')
  return new Set(both)
}

/** What a schema says of strings. Alternatives that allow none are left out: beside `type: "string"` they fit nothing. */
export function stringPart(schema: unknown, root: JsonObject, depth = 0): unknown {
  // Keywords beside a reference count, too.
  const isBare = isJsonObject(schema) && (schema.$ref === undefined || Object.keys(schema).length === 1)
  const own = isBare ? resolvedSchema(schema, root) : null
  const keyword = Array.isArray(own?.anyOf) ? 'anyOf' : 'oneOf'
  const choices = own?.[keyword]
  if (own === null || !Array.isArray(choices) || depth > MAX_REFERENCES) {
    return isString(allowedTypes(schema, root)) ? schema : { allOf: [schema, { type: 'string' }] }
  }
  const texts = choices
    .slice(0, MAX_SCHEMAS)
    .filter((choice) => allowedTypes(choice, root)?.has('string') ?? true)
    .map((choice) => stringPart(choice, root, depth + 1))
  return { ...own, [keyword]: texts }
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

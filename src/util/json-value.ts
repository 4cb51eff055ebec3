import { isJsonObject, type JsonObject } from './json-object.ts'

// Lenient access to JSON of others: a member that is absent or of another type is undefined. Upstreams add, rename and
// null fields from release to release.

/** The value if it is an object, otherwise undefined. */
export function asObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined
}

/** The object's member if that is an object. */
export function objectAt(value: unknown, key: string): JsonObject | undefined {
  return asObject(asObject(value)?.[key])
}

/** The object's member if that is a list. */
export function listAt(value: unknown, key: string): readonly unknown[] | undefined {
  const member = asObject(value)?.[key]
  return Array.isArray(member) ? member : undefined
}

/** The object's member if that is a string. */
export function textAt(value: unknown, key: string): string | undefined {
  const member = asObject(value)?.[key]
  return typeof member === 'string' ? member : undefined
}

/** The object's member if that is a non-negative integer. */
export function countAt(value: unknown, key: string): number | undefined {
  const member = asObject(value)?.[key]
  return Number.isSafeInteger(member) && (member as number) >= 0 ? (member as number) : undefined
}

/** The JSON of a value; the beginning of one where it is nested too deep to be written. */
export function writeJson(value: JsonObject): string {
  try {
    return JSON.stringify(value)
  } catch {
    return '['
  }
}

/** Parses JSON; undefined for anything else. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A JSON object with members of unknown types. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a JSON value is an object: neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

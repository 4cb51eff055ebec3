/** An object as JSON has it; what its members hold has to be looked at. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether a value out of JSON is an object: no list, and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

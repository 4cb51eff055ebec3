import { isJsonObject } from '../../../util/json-object.ts'

/** JSON as Python's `json.dumps` writes it, with spaces after commas and colons: models know calls so. */
export function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`
  if (!isJsonObject(value)) return JSON.stringify(value ?? null)
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spacedJson(one)}`)
  return `{${members.join(', ')}}`
}

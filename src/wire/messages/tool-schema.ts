import type { JsonObject } from '../../util/json-object.ts'

// Schemas of the inputs of tools that the API defines.

export const string = (description: string) => ({ type: 'string', description })
export const integer = (description: string) => ({ type: 'integer', description })
export const number = (description: string) => ({ type: 'number', description })
export const choice = (values: readonly string[], description: string) => ({
  type: 'string',
  enum: values,
  description,
})

/** A list of a fixed number of integers. */
export const integers = (count: number, description: string) => ({
  type: 'array',
  items: { type: 'integer' },
  minItems: count,
  maxItems: count,
  description,
})

/** The schema of an input. */
export function inputSchema(properties: JsonObject, required: readonly string[]): JsonObject {
  return { type: 'object', properties, required }
}

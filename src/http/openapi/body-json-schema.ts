import * as z from 'zod'
import { LIST_ITEMS } from '../../wire/body-schema.ts'

/** A JSON schema. */
export type JsonSchema = Record<string, unknown>

/**
 * The JSON schema of what a request body may contain. What only a function checks, such as the range of a number, is
 * described as its type.
 */
export function bodyJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const item = LIST_ITEMS.get(zodSchema)
      if (item !== undefined) jsonSchema.items = bodyJsonSchema(item)
    },
  }) as JsonSchema
  return described
}

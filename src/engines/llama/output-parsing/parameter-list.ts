import type { JsonObject } from '../../../util/json-object.ts'
import type { GrammarRules } from '../grammar/grammar-rules.ts'
import { type Property, propertiesOf } from '../grammar/object-rules.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { allowsAll } from '../grammar/schema-keywords.ts'
import type { ToolCallRule } from './tool-call-rules.ts'
import { unsupportedToolSchema } from './unsupported-schema.ts'

/** What a call may hold in a format that writes parameters one by one, not as a JSON object. */
export interface ParameterList {
  readonly properties: readonly Property[]
  /** Whether others may be written, of any kind. */
  readonly hasOthers: boolean
}

/**
 * Reads an object's schema as a list of parameters. References and alternatives are not followed: such an object may hold
 * anything.
 *
 * @throws CompletionError `invalid-request` where the tool is strict and the list would allow more than the schema
 */
export function parameterList(schema: JsonObject, call: ToolCallRule, rules: GrammarRules): ParameterList {
  const isPlain = ['$ref', 'allOf', 'anyOf', 'oneOf'].every((keyword) => !Object.hasOwn(schema, keyword))
  const properties = isPlain
    ? propertiesOf(schema, rules).filter(({ schema: value, isRequired }) => isRequired || value !== false)
    : []
  const { additionalProperties: others, patternProperties, minProperties } = schema
  const isClosed = others === false || (others === undefined && properties.length > 0)
  const hasOthers = !isPlain || !isClosed
  const isBound = isClosed || (properties.length === 0 && allowsAll(others ?? true))
  const isCounted = typeof minProperties === 'number' && minProperties > 0
  if (call.isStrict && !(isPlain && isBound && patternProperties === undefined && !isCounted)) {
    const error = new SchemaError('for this model only properties are supported')
    throw unsupportedToolSchema(call.name, error)
  }
  return { properties, hasOthers }
}

import { CompletionError } from '../../../completion/completion-error.ts'
import { type SchemaError, TOO_COMPLEX, TOO_RECURSIVE } from '../grammar/schema-error.ts'

/** The error for a schema that must be enforced but is not supported; limits are named in the API's words. */
export function unsupportedSchema(whose: string, { message }: SchemaError): CompletionError {
  const isLimit = message === TOO_COMPLEX || message === TOO_RECURSIVE
  return new CompletionError('invalid-request', isLimit ? message : `${whose} cannot be kept to: ${message}`)
}

export function unsupportedToolSchema(name: string, error: SchemaError): CompletionError {
  return unsupportedSchema(`tools: the input schema of the strict tool "${name}"`, error)
}

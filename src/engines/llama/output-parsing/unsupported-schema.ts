import { CompletionError } from '../../../completion/completion-error.ts'
import { type SchemaError, TOO_COMPLEX, TOO_RECURSIVE } from '../grammar/schema-error.ts'

/** What a caller is told of a schema that has to be kept to and cannot be; of limits in the API's own words. */
export function unsupportedSchema(whose: string, { message }: SchemaError): CompletionError {
  const isLimit = message === TOO_COMPLEX || message === TOO_RECURSIVE
  return new CompletionError('invalid-request', isLimit ? message : `${whose} cannot be kept to: ${message}`)
}

/** The same of a strict tool. */
export function unsupportedToolSchema(name: string, error: SchemaError): CompletionError {
  return unsupportedSchema(`tools: the input schema of the strict tool "${name}"`, error)
}

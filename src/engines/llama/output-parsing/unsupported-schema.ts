import { CompletionError } from '../../../completion/completion-error.ts'
import type { SchemaError } from '../grammar/schema-error.ts'

/** The error for a schema that must be enforced but is not supported; limits are named in the API's words. */
export function unsupportedSchema(whose: string, error: SchemaError): CompletionError {
  const where = error.path === '' || error.path === '#' ? '' : ` (at ${shownPath(error.path)})`
  return new CompletionError(
    'invalid-request',
    error.isLimit ? error.message : `${whose} cannot be kept to: ${error.message}${where}`,
  )
}

/** Names of properties may be long. */
const MAX_PATH_UNITS = 200

function shownPath(path: string): string {
  return path.length > MAX_PATH_UNITS ? `${path.slice(0, MAX_PATH_UNITS)}…` : path
}

export function unsupportedToolSchema(name: string, error: SchemaError): CompletionError {
  return unsupportedSchema(`tools: the input schema of the strict tool "${name}"`, error)
}

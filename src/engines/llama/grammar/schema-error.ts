/** The API's own words for the two limits of schemas. */
export const TOO_COMPLEX = 'Schema is too complex'
export const TOO_RECURSIVE = 'Too many recursive definitions in schema'

/** A JSON schema that no grammar can be made of; the message says why, for whoever wrote it. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
}

/** How much of a caller's text an error repeats. */
const MAX_REPEATED_UNITS = 100

export function shortened(text: string): string {
  return text.length > MAX_REPEATED_UNITS ? `${text.slice(0, MAX_REPEATED_UNITS)}…` : text
}

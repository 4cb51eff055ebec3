/** The API's wording for its two limits on schemas. */
export const TOO_COMPLEX = 'Schema is too complex'
export const TOO_RECURSIVE = 'Too many recursive definitions in schema'

export const MATCHES_NOTHING = 'no value fits it'
export const NO_SCHEMA = 'it holds something that is no schema'

/** A JSON schema that no grammar can enforce; the message is for its author. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError'
  /** Where in the schema, such as `#/properties/a`; empty where that is not known. */
  path = ''

  /** Whether the schema is over a limit of the API, whose wording stands alone. */
  get isLimit(): boolean {
    return this.message === TOO_COMPLEX || this.message === TOO_RECURSIVE
  }
}

/** How much of the schema an error repeats. */
const MAX_REPEATED_UNITS = 100

export function shortened(text: string): string {
  return text.length > MAX_REPEATED_UNITS ? `${text.slice(0, MAX_REPEATED_UNITS)}…` : text
}

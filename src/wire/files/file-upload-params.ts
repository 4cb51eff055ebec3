import { invalidRequest } from '../body-schema.ts'

/** The field of the form that holds the file. */
export const FILE_FIELD = 'file'
/** @see the API's reference, "Upload file": `expires_in_seconds` */
const MIN_EXPIRES_IN_SECONDS = 3_600
const MAX_EXPIRES_IN_SECONDS = 7_776_000

/** How long an upload is kept, in milliseconds; null for ever. @throws CompletionError `invalid-request` */
export function readUploadTtl(fields: ReadonlyMap<string, string>): number | null {
  const text = fields.get('expires_in_seconds')
  if (text === undefined) return null
  if (!/^\d{1,15}$/.test(text)) throw invalidTtl('a valid integer')
  const seconds = Number(text)
  if (seconds < MIN_EXPIRES_IN_SECONDS) throw invalidTtl(`greater than or equal to ${MIN_EXPIRES_IN_SECONDS}`)
  if (seconds > MAX_EXPIRES_IN_SECONDS) throw invalidTtl(`less than or equal to ${MAX_EXPIRES_IN_SECONDS}`)
  return seconds * 1_000
}

function invalidTtl(should: string) {
  return invalidRequest(`expires_in_seconds: Input should be ${should}`)
}

import { invalidRequest } from './body-schema.ts'

const EMAIL_ADDRESS = /[^\s@]+@[^\s@]+\.[^\s@]+/
/** An international number, or three groups of digits as they are written in North America. */
const PHONE_NUMBER = /(?<![\w+])(?:\+\d(?:[ .()-]{0,2}\d){7,14}|\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4})(?!\w)/

/**
 * Refuses a `metadata.user_id` that looks like it names a person, under the rule `checkUserId`.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's reference, "Completions": `metadata.user_id`
 */
export function checkUserId(
  userId: string | null | undefined,
  rules: { readonly checkUserId: boolean },
): void {
  const personalData = rules.checkUserId && userId ? findPersonalData(userId) : null
  if (personalData !== null) throw invalidRequest(`metadata.user_id: ${personalData}`)
}

function findPersonalData(userId: string): string | null {
  if (EMAIL_ADDRESS.test(userId)) return 'user_id appears to contain an email address'
  if (PHONE_NUMBER.test(userId)) return 'user_id appears to contain a phone number'
  return null
}

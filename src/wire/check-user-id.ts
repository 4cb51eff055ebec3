const EMAIL_ADDRESS = /[^\s@]+@[^\s@]+\.[^\s@]+/
/** An international number, or three groups of digits as they are written in North America. */
const PHONE_NUMBER = /(?<![\w+])(?:\+\d(?:[ .()-]{0,2}\d){7,14}|\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4})(?!\w)/

/**
 * What a `metadata.user_id` must not hold, since it would name a person; null if it looks harmless.
 *
 * @see the API's reference, "Completions": `metadata.user_id`
 */
export function findPersonalData(userId: string): string | null {
  if (EMAIL_ADDRESS.test(userId)) return 'user_id appears to contain an email address'
  if (PHONE_NUMBER.test(userId)) return 'user_id appears to contain a phone number'
  return null
}

import { APIError } from './api-error.ts'
import { requestIDOf } from './make-api-error.ts'
import { readBodyText } from './read-body.ts'
import type { UnreadResponse } from './unread-response.ts'

/** Twice the largest request that the API accepts. */
const MAX_JSON_BODY_BYTES = 64 * 1024 * 1024

/**
 * Reads the body of a response as JSON.
 *
 * @typeParam T the body according to the API's reference; servers are trusted
 * @throws APIError when it is not JSON
 */
export async function readJson<T>(unread: UnreadResponse): Promise<T> {
  const { status, headers } = unread.response
  const text = await readBodyText(unread, MAX_JSON_BODY_BYTES).finally(unread.release)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `${status} The response is not JSON; is the base URL right?`
    throw new APIError(message, { status, headers, requestID: requestIDOf(headers), error: text, cause })
  }
}

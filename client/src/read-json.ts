import { APIError } from './api-error.ts'
import type { Exchange } from './exchange.ts'
import { requestIDOf } from './make-api-error.ts'
import { readBodyText } from './read-body.ts'

/** Twice the largest request that the API accepts. */
const MAX_JSON_BODY_BYTES = 64 * 1024 * 1024

/**
 * Reads the body of a response as JSON.
 *
 * @typeParam T the body according to the API's reference; servers are trusted
 * @throws APIError when it is not JSON
 */
export async function readJson<T>(exchange: Exchange): Promise<T> {
  const { status, headers } = exchange.response
  const text = await readBodyText(exchange, MAX_JSON_BODY_BYTES).finally(exchange.release)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `${status} The answer is not JSON; is the base URL right?`
    throw new APIError(message, { status, headers, requestID: requestIDOf(headers), error: text, cause })
  }
}

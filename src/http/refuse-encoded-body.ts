import { ApiError } from '../wire/api-error.ts'
import type { RequestHeaders } from './api-request.ts'

/**
 * Refuses a compressed body: bodies are read as they were sent.
 *
 * @throws ApiError `body-encoding-unsupported`
 */
export function refuseEncodedBody(headers: RequestHeaders): void {
  const encoding = (headers.get('content-encoding') ?? '').trim().toLowerCase()
  if (encoding === '' || encoding === 'identity') return
  throw new ApiError(
    'body-encoding-unsupported',
    `content-encoding: this server does not read bodies of the encoding "${encoding.slice(0, 100)}". Send the body without one.`,
  )
}

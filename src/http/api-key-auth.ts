import { createHash, timingSafeEqual } from 'node:crypto'
import { ApiError } from '../wire/api-error.ts'
import type { RequestHeaders } from './api-request.ts'

/**
 * Checks that a request brings an API key, in `x-api-key` or as a bearer token. Of two the valid one counts.
 *
 * @param apiKeys the accepted keys; when empty any key is accepted, but one is demanded
 * @returns a check that throws ApiError `unauthenticated`
 * @see the API's reference, "Authentication"
 */
export function apiKeyAuth(apiKeys: readonly string[]): (headers: RequestHeaders) => void {
  const digests = apiKeys.map(digest)
  const isAccepted = (apiKey: string) => digests.length === 0 || matchesAny(digest(apiKey), digests)

  return function checkApiKey(headers) {
    const headerKey = headers.get('x-api-key') ?? ''
    const bearerKey = bearerToken(headers.get('authorization'))
    if (headerKey === '' && bearerKey === '') {
      throw new ApiError('unauthenticated', 'x-api-key header is required')
    }
    if (headerKey !== '' && isAccepted(headerKey)) return
    if (bearerKey !== '' && isAccepted(bearerKey)) return
    throw new ApiError('unauthenticated', headerKey !== '' ? 'invalid x-api-key' : 'Invalid bearer token')
  }
}

function bearerToken(header: string | null): string {
  return /^bearer +(.*)$/i.exec(header ?? '')?.[1]?.trim() ?? ''
}

/** Digests have one length, so that comparing them takes one time, whatever the key. */
function digest(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey).digest()
}

function matchesAny(candidate: Buffer, digests: readonly Buffer[]): boolean {
  let matches = false
  // Every one is compared: where the loop ended would tell which key came close.
  for (const accepted of digests) matches = timingSafeEqual(candidate, accepted) || matches
  return matches
}

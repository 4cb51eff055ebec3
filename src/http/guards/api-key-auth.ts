import { createHash, timingSafeEqual } from 'node:crypto'
import { ANONYMOUS_CALLER, type Caller } from '../../completion/caller.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { RequestHeaders } from '../api-request.ts'
import type { ClientStyle } from '../client-style.ts'

const MISSING_KEY: Readonly<Record<ClientStyle, string>> = {
  claude: 'x-api-key header is required',
  openai: 'An API key is required. Send it in the Authorization header: "Authorization: Bearer <key>".',
}

/**
 * Identifies the caller by an API key, in `x-api-key` or as a bearer token. If there are two, one has to be valid.
 *
 * @param apiKeys the accepted keys; if there are none, any key is accepted, and all callers are one. Clients of the Claude
 *   API must send one all the same, as that API demands; those of OpenAI's need not
 * @param sharedCache whether all keys share one cache scope
 * @returns a function that returns the caller, or throws ApiError `unauthenticated`
 * @see the API's reference, "Authentication"
 */
export function apiKeyAuth(
  apiKeys: readonly string[],
  {
    sharedCache,
    clientStyle = 'claude',
  }: { readonly sharedCache: boolean; readonly clientStyle?: ClientStyle },
): (headers: RequestHeaders) => Caller {
  const accepted = apiKeys.map((apiKey) => ({
    digest: digest(apiKey),
    caller: callerOf(apiKey, { sharedCache }),
  }))
  const callerWith = (apiKey: string) => {
    if (apiKey === '') return null
    return accepted.length === 0 ? ANONYMOUS_CALLER : findCaller(digest(apiKey), accepted)
  }

  return function checkApiKey(headers) {
    const headerKey = headers.get('x-api-key') ?? ''
    const bearerKey = bearerToken(headers.get('authorization'))
    if (headerKey === '' && bearerKey === '') {
      if (clientStyle === 'openai' && accepted.length === 0) return ANONYMOUS_CALLER
      throw new ApiError('unauthenticated', MISSING_KEY[clientStyle])
    }
    const caller = callerWith(headerKey) ?? callerWith(bearerKey)
    if (caller !== null) return caller
    throw new ApiError('unauthenticated', headerKey !== '' ? 'invalid x-api-key' : 'Invalid bearer token')
  }
}

/** The caller that a key stands for: the same in every process. The key cannot be read off it. */
function callerOf(apiKey: string, { sharedCache }: { readonly sharedCache: boolean }): Caller {
  if (sharedCache) return ANONYMOUS_CALLER
  // Upstreams are sent it: it must not be a digest by which somebody else tells keys apart.
  return { cacheScope: createHash('sha256').update('cache scope\0').update(apiKey).digest('base64url') }
}

function bearerToken(header: string | null): string {
  return /^bearer +(.*)$/i.exec(header ?? '')?.[1]?.trim() ?? ''
}

/** Digests have the same length, so that comparing them takes the same time for every key. */
function digest(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey).digest()
}

interface AcceptedKey {
  readonly digest: Buffer
  readonly caller: Caller
}

function findCaller(candidate: Buffer, accepted: readonly AcceptedKey[]): Caller | null {
  let found: Caller | null = null
  // All are compared: the place where the loop ended would show which key matched.
  for (const { digest, caller } of accepted) if (timingSafeEqual(candidate, digest)) found = caller
  return found
}

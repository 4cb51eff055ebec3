import type { KnownKey, KnownKeys } from '../../accounts/known-keys.ts'
import { ANONYMOUS_CALLER, type Caller } from '../../completion/caller.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { RequestHeaders } from '../api-request.ts'
import type { ClientStyle } from '../client-style.ts'
import { callerInWorkspace } from './caller-in-workspace.ts'

const MISSING_KEY: Readonly<Record<ClientStyle, string>> = {
  claude: 'x-api-key header is required',
  openai: 'An API key is required. Send it in the Authorization header: "Authorization: Bearer <key>".',
}

/** Which API keys are accepted. */
export interface ApiKeyAccess {
  readonly keys: KnownKeys
  /**
   * `keys`: those that are known. `open`: any, and all callers with unknown ones are one. Clients of the Claude API must
   * send a key all the same, as that API demands; those of OpenAI's need not.
   */
  readonly access: 'open' | 'keys'
}

/**
 * Identifies the caller by an API key, in `x-api-key` or as a bearer token. If there are two, one has to be valid.
 *
 * @returns a function that returns the caller, or throws ApiError `unauthenticated`, or CompletionError `overloaded` when
 *   the key cannot be checked
 * @see the API's reference, "Authentication"
 */
export function apiKeyAuth(
  { keys, access }: ApiKeyAccess,
  clientStyle: ClientStyle = 'claude',
): (headers: RequestHeaders) => Caller | Promise<Caller> {
  return function checkApiKey(headers) {
    const secrets = sentSecrets(headers)
    if (secrets.length === 0) {
      if (clientStyle === 'openai' && access === 'open') return ANONYMOUS_CALLER
      throw new ApiError('unauthenticated', MISSING_KEY[clientStyle])
    }
    const conclude = (found: readonly (KnownKey | null)[]): Caller => {
      const key = found.find((candidate) => candidate?.kind === 'api' && candidate.isActive)
      if (key) return callerInWorkspace(key, headers, keys)
      // A key that was revoked is refused everywhere.
      if (access === 'open' && found.every((candidate) => candidate === null)) return ANONYMOUS_CALLER
      throw invalidKey(headers).sentBy(knownCaller(found))
    }
    const found = secrets.map((secret) => keys.find(secret))
    return found.every(isKnown) ? conclude(found) : Promise.all(found).then(conclude)
  }
}

/** The secrets that a request holds, that of `x-api-key` first. */
export function sentSecrets(headers: RequestHeaders): string[] {
  const headerKey = headers.get('x-api-key') ?? ''
  const bearerKey = bearerToken(headers.get('authorization'))
  return [headerKey, bearerKey].filter((secret) => secret !== '')
}

/** The error of a request whose key is none of this server's. */
export function invalidKey(headers: RequestHeaders): ApiError {
  const hasHeaderKey = (headers.get('x-api-key') ?? '') !== ''
  return new ApiError('unauthenticated', hasHeaderKey ? 'invalid x-api-key' : 'Invalid bearer token')
}

/** Whose request it was that is refused, for the log: that of a key which is known. */
export function knownCaller(found: readonly (KnownKey | null)[]): Caller | null {
  return found.find((key) => key !== null)?.caller ?? null
}

function bearerToken(header: string | null): string {
  return /^bearer +(.*)$/i.exec(header ?? '')?.[1]?.trim() ?? ''
}

function isKnown(found: KnownKey | null | Promise<KnownKey | null>): found is KnownKey | null {
  return !(found instanceof Promise)
}

import type { ClientStyle } from '../client-style.ts'
import type { Guard } from '../route.ts'
import { apiKeyAuth } from './api-key-auth.ts'
import { checkBrowserAccess } from './browser-access.ts'

/** Who may use the API. */
export interface ApiGuardSettings {
  /** The accepted keys; if there are none, any key is accepted, but clients of the Claude API must send one. */
  readonly apiKeys: readonly string[]
  /** Whether keys may reuse the prefixes that others sent; otherwise each has a `CacheScope` of its own. */
  readonly sharedCache: boolean
  readonly allowBrowsers: boolean
  /** Whose clients the guard is for. */
  readonly clientStyle: ClientStyle
}

/** Checks, in the real API's order, that a web page has opted in and that a request has a key. */
export function apiGuard({ apiKeys, sharedCache, allowBrowsers, clientStyle }: ApiGuardSettings): Guard {
  const identify = apiKeyAuth(apiKeys, { sharedCache, clientStyle })
  return function guardApi({ headers }) {
    checkBrowserAccess(headers, allowBrowsers)
    return identify(headers)
  }
}

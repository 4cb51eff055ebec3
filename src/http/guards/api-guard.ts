import type { ClientStyle } from '../client-style.ts'
import type { Guard } from '../route.ts'
import { type ApiKeyAccess, apiKeyAuth } from './api-key-auth.ts'
import { checkBrowserAccess } from './browser-access.ts'

/** Who may use the API. */
export interface ApiGuardSettings extends ApiKeyAccess {
  readonly allowBrowsers: boolean
  /** Whose clients the guard is for. */
  readonly clientStyle: ClientStyle
}

/** Checks, in the real API's order, that a web page has opted in and that a request has a key. */
export function apiGuard({ allowBrowsers, clientStyle, ...keyAccess }: ApiGuardSettings): Guard {
  const identify = apiKeyAuth(keyAccess, clientStyle)
  return function guardApi({ headers }) {
    checkBrowserAccess(headers, allowBrowsers)
    return identify(headers)
  }
}

import type { KnownKey, KnownKeys } from '../../accounts/known-keys.ts'
import type { Action } from '../../accounts/role.ts'
import type { Caller } from '../../completion/caller.ts'
import { ApiError } from '../../wire/api-error.ts'
import type { ApiRequest } from '../api-request.ts'
import type { Guard } from '../route.ts'
import { invalidKey, knownCaller, sentSecrets } from './api-key-auth.ts'
import { checkBrowserAccess } from './browser-access.ts'
import { missingScope } from './missing-scope.ts'

/** What the guard of admin routes knows. */
export interface AdminGuardSettings {
  readonly keys: KnownKeys
  /** `open`: unknown keys are accepted elsewhere, but not here. */
  readonly access: 'open' | 'keys'
  readonly rules: { readonly allowBrowsers: boolean }
}

const ADMIN_KEY_PREFIX = 'sk-ant-admin'

/**
 * Lets admin keys pass, and keys of users and service accounts that belong to no workspace: their roles are checked after
 * that.
 */
export function adminGuard({ keys, access, rules }: AdminGuardSettings, action: Action): Guard {
  function conclude(
    found: readonly (KnownKey | null)[],
    secrets: readonly string[],
    request: ApiRequest,
  ): Caller {
    const active = found.filter((key) => key?.isActive === true)
    const key = active.find(isForOrganization)
    if (key) return key.caller
    const isOrdinary =
      active.length > 0 ||
      (access === 'open' && !secrets.some((secret) => secret.startsWith(ADMIN_KEY_PREFIX)))
    const isScopeMissing = isOrdinary && found.every((known) => known === null || known.isActive)
    const error = isScopeMissing ? missingScope(['api:inference'], action) : invalidKey(request.headers)
    throw error.sentBy(knownCaller(found))
  }
  return function guardAdmin(request) {
    checkBrowserAccess(request.headers, rules.allowBrowsers)
    const secrets = sentSecrets(request.headers)
    if (secrets.length === 0) throw new ApiError('unauthenticated', 'x-api-key header is required')
    const found = secrets.map((secret) => keys.find(secret))
    return found.some((key) => key instanceof Promise)
      ? Promise.all(found).then((all) => conclude(all, secrets, request))
      : conclude(found as (KnownKey | null)[], secrets, request)
  }
}

function isForOrganization(key: KnownKey | null): key is KnownKey {
  if (key === null) return false
  return key.kind === 'admin' || (key.workspaceId === null && key.caller.actorId !== '')
}

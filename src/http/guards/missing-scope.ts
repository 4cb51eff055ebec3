import type { Action } from '../../accounts/role.ts'
import { ApiError } from '../../wire/api-error.ts'

/** The error of a key or user that may not do what it is used for. */
export function missingScope(scopes: readonly string[], needed: Action): ApiError {
  const got = scopes.map((scope) => `'${scope}'`).join(', ')
  return new ApiError('scope-missing', `Missing required scopes. Got: [${got}] Needed: ['${needed}']`)
}

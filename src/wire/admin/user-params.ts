import * as z from 'zod'
import { ASSIGNABLE_ROLES, ORGANIZATION_ROLES } from '../../accounts/role.ts'
import type { UserFilter } from '../../accounts/user.ts'
import { checkBody, dictionary, oneOf } from '../body-schema.ts'
import type { AdminRules } from './admin-rules.ts'
import { readKnownValues } from './read-query.ts'

const UPDATE = z.strictObject({ role: oneOf(ASSIGNABLE_ROLES) }, { error: dictionary })

/** Reads the body of `POST /v1/organizations/users/{id}`. */
export function parseUserUpdate(body: object): z.infer<typeof UPDATE> {
  return checkBody(body, UPDATE)
}

/** Reads the filters of `GET /v1/organizations/users`. */
export function readUserFilter(query: URLSearchParams, rules: AdminRules): UserFilter {
  return {
    email: query.get('email') ?? undefined,
    roles: readKnownValues(query, 'roles', ORGANIZATION_ROLES, rules),
  }
}

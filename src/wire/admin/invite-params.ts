import * as z from 'zod'
import type { InviteFilter } from '../../accounts/invite.ts'
import { ASSIGNABLE_ROLES, ORGANIZATION_ROLES } from '../../accounts/role.ts'
import { checkBody, dictionary, invalidRequest, listOf, oneOf, string, textUpTo } from '../body-schema.ts'
import type { AdminRules } from './admin-rules.ts'
import { MAX_FILTER_VALUES, readKnownValues } from './read-query.ts'

/** The longest address that mail can be sent to. @see RFC 5321, 4.5.3.1.3 */
const MAX_EMAIL_CHARACTERS = 254

/** An address that mail can be sent to. */
export const EMAIL = textUpTo(MAX_EMAIL_CHARACTERS).refine(
  (text) => /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(text),
  'value is not a valid email address',
)
const CREATE = z.strictObject(
  {
    email: EMAIL,
    role: oneOf(ASSIGNABLE_ROLES),
    rbac_group_ids: listOf(string, MAX_FILTER_VALUES).optional(),
  },
  { error: dictionary },
)

/** Reads the body of `POST /v1/organizations/invites`. */
export function parseInvite(body: object, { lenientAccounts }: AdminRules) {
  const { email, role, rbac_group_ids: groups = [] } = checkBody(body, CREATE)
  if (groups.length > 0 && !lenientAccounts) {
    throw invalidRequest('rbac_group_ids: this organization has no RBAC groups')
  }
  return { email, role }
}

/** Reads the filters of `GET /v1/organizations/invites`. */
export function readInviteFilter(query: URLSearchParams, rules: AdminRules): InviteFilter {
  return {
    email: query.get('email') ?? undefined,
    roles: readKnownValues(query, 'roles', ORGANIZATION_ROLES, rules),
    statuses: readKnownValues(query, 'statuses', ['pending', 'accepted', 'expired'], rules),
  }
}

import * as z from 'zod'
import type { LimitOwner } from '../../limits/limit-owner.ts'
import { EACH } from '../../limits/limit-rule.ts'
import { dictionary, nonEmptyString } from '../body-schema.ts'

const ID = nonEmptyString.max(256)
/** What a limit is for, as clients write it. The scope of a key is an extension. */
export const LIMIT_SCOPE = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('organization') }),
    z.strictObject({ type: z.literal('workspace'), workspace_id: ID }),
    z.strictObject({ type: z.literal('user'), user_id: ID }),
    z.strictObject({ type: z.literal('api_key'), api_key_id: ID }),
  ],
  {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? "Input should have a type of 'organization', 'workspace', 'user' or 'api_key'"
        : dictionary(issue),
  },
)

/** The same as this server writes it. */
export function limitOwnerOf(scope: z.infer<typeof LIMIT_SCOPE>): LimitOwner {
  switch (scope.type) {
    case 'organization':
      return { scope: 'organization', scopeId: '' }
    case 'workspace':
      return { scope: 'workspace', scopeId: scope.workspace_id }
    case 'user':
      return { scope: 'user', scopeId: scope.user_id }
    case 'api_key':
      return { scope: 'key', scopeId: scope.api_key_id }
  }
}

/** The same for a response; a rule for each of its kind has no id. */
export function limitScopeBody({ scope, scopeId: id }: LimitOwner): object {
  const scopeId = id === EACH ? null : id
  switch (scope) {
    case 'organization':
      return { type: 'organization' }
    case 'workspace':
      return { type: 'workspace', workspace_id: scopeId }
    case 'user':
      return { type: 'user', user_id: scopeId }
    case 'key':
      return { type: 'api_key', api_key_id: scopeId }
  }
}

import type { Accounts } from '../../../accounts/accounts.ts'
import { createInvite, deleteInvite, listInvites, readInvite } from '../../../accounts/invite.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { inviteBody, inviteDeletedBody } from '../../../wire/admin/invite-body.ts'
import { parseInvite, readInviteFilter } from '../../../wire/admin/invite-params.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import type { AdminRoute } from './admin-route.ts'

const INVITES = '/v1/organizations/invites'
const INVITE = `${INVITES}/:inviteId`

export function inviteRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: INVITES,
      action: 'read:members',
      async respond({ query }) {
        const page = await listInvites(
          accounts,
          readInviteFilter(query, rules),
          readListRequest(query, rules),
        )
        return listBody(page, { body: inviteBody, idOf: ({ id }) => id })
      },
    },
    {
      method: 'POST',
      pattern: INVITES,
      action: 'write:members',
      counts: 'invites',
      respond: async ({ actor, readBody }) =>
        inviteBody(await createInvite(accounts, actor, parseInvite(await readBody(), rules))),
    },
    {
      method: 'GET',
      pattern: INVITE,
      action: 'read:members',
      respond: async ({ params: { inviteId = '' } }) => inviteBody(await readInvite(accounts, inviteId)),
    },
    {
      method: 'DELETE',
      pattern: INVITE,
      action: 'write:members',
      respond: async ({ actor, params: { inviteId = '' } }) =>
        inviteDeletedBody(await deleteInvite(accounts, actor, inviteId)),
    },
  ]
}

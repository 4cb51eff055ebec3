import type { Logins, SecretLink } from '../../../accounts/logins.ts'
import { timeBody } from '../../../wire/admin/list-body.ts'
import type { AdminRoute } from './admin-route.ts'

/** Links that an admin gives to others: this server sends no mail. */
export function linkRoutes(logins: Logins): readonly AdminRoute[] {
  return [
    {
      method: 'POST',
      pattern: '/continuo/invites/:inviteId/link',
      action: 'write:members',
      respond: async ({ actor, params: { inviteId = '' } }) =>
        linkBody(await logins.linkInvite(actor, inviteId)),
    },
    {
      method: 'POST',
      pattern: '/continuo/users/:userId/password_link',
      // One who has the link is the user, who may be an admin.
      action: 'write:admin_keys',
      respond: async ({ actor, params: { userId = '' } }) =>
        linkBody(await logins.linkPassword(actor, userId)),
    },
  ]
}

/** The link is shown once. */
function linkBody({ path, expiresAt }: SecretLink): object {
  return { type: 'link', path, expires_at: timeBody(expiresAt) }
}

import type { Accounts } from '../../../accounts/accounts.ts'
import { createUser } from '../../../accounts/user.ts'
import { parseNewUser } from '../../../wire/admin/new-user-params.ts'
import { userBody } from '../../../wire/admin/user-body.ts'
import type { AdminRoute } from './admin-route.ts'

/** `POST /continuo/users`, for teams that need no invites by mail; also admins are made here. */
export function newUserRoutes(accounts: Accounts): readonly AdminRoute[] {
  return [
    {
      method: 'POST',
      pattern: '/continuo/users',
      action: 'write:admin_keys',
      respond: async ({ actor, readBody }) =>
        userBody(await createUser(accounts, actor, parseNewUser(await readBody()))),
    },
  ]
}

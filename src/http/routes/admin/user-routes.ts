import type { Accounts } from '../../../accounts/accounts.ts'
import { listUsers, readUser, removeUser, signOutUser, updateUser } from '../../../accounts/user.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import { userBody, userDeletedBody } from '../../../wire/admin/user-body.ts'
import { parseUserUpdate, readUserFilter } from '../../../wire/admin/user-params.ts'
import type { AdminRoute } from './admin-route.ts'

const USERS = '/v1/organizations/users'
const USER = `${USERS}/:userId`

export function userRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: USERS,
      action: 'read:members',
      async respond({ query }) {
        const page = await listUsers(accounts, readUserFilter(query, rules), readListRequest(query, rules))
        return listBody(page, { body: userBody, idOf: ({ id }) => id })
      },
    },
    {
      method: 'GET',
      pattern: USER,
      action: 'read:members',
      respond: async ({ params: { userId = '' } }) => userBody(await readUser(accounts, userId)),
    },
    {
      method: 'POST',
      pattern: USER,
      action: 'write:members',
      async respond({ actor, params: { userId = '' }, readBody }) {
        return userBody(await updateUser(accounts, actor, userId, parseUserUpdate(await readBody())))
      },
    },
    {
      method: 'DELETE',
      pattern: USER,
      action: 'write:members',
      respond: async ({ actor, params: { userId = '' } }) =>
        userDeletedBody(await removeUser(accounts, actor, userId)),
    },
    {
      method: 'POST',
      pattern: `${USER}/sign_out`,
      action: 'write:members',
      respond: async ({ actor, params: { userId = '' } }) =>
        userBody(await signOutUser(accounts, actor, userId)),
    },
  ]
}

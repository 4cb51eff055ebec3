import type { Accounts } from '../../../accounts/accounts.ts'
import {
  addWorkspaceMember,
  listWorkspaceMembers,
  readWorkspaceMember,
  removeWorkspaceMember,
  updateWorkspaceMember,
} from '../../../accounts/workspace-member.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import { workspaceMemberBody, workspaceMemberDeletedBody } from '../../../wire/admin/workspace-member-body.ts'
import { parseMemberRole, parseNewMember } from '../../../wire/admin/workspace-member-params.ts'
import type { AdminRoute } from './admin-route.ts'

const MEMBERS = '/v1/organizations/workspaces/:workspaceId/members'
const MEMBER = `${MEMBERS}/:userId`

export function workspaceMemberRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: MEMBERS,
      action: 'read:workspaces',
      async respond({ params: { workspaceId = '' }, query }) {
        const page = await listWorkspaceMembers(accounts, workspaceId, readListRequest(query, rules))
        return listBody(page, { body: workspaceMemberBody, idOf: ({ userId }) => userId })
      },
    },
    {
      method: 'POST',
      pattern: MEMBERS,
      action: 'write:workspaces',
      async respond({ actor, params: { workspaceId = '' }, readBody }) {
        const added = parseNewMember(await readBody())
        return workspaceMemberBody(await addWorkspaceMember(accounts, actor, workspaceId, added))
      },
    },
    {
      method: 'GET',
      pattern: MEMBER,
      action: 'read:workspaces',
      respond: async ({ params: { workspaceId = '', userId = '' } }) =>
        workspaceMemberBody(await readWorkspaceMember(accounts, workspaceId, userId)),
    },
    {
      method: 'POST',
      pattern: MEMBER,
      action: 'write:workspaces',
      async respond({ actor, params: { workspaceId = '', userId = '' }, readBody }) {
        const role = parseMemberRole(await readBody())
        return workspaceMemberBody(
          await updateWorkspaceMember(accounts, actor, { workspaceId, userId, role }),
        )
      },
    },
    {
      method: 'DELETE',
      pattern: MEMBER,
      action: 'write:workspaces',
      respond: async ({ actor, params: { workspaceId = '', userId = '' } }) =>
        workspaceMemberDeletedBody(await removeWorkspaceMember(accounts, actor, workspaceId, userId)),
    },
  ]
}

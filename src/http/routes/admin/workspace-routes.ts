import type { Accounts } from '../../../accounts/accounts.ts'
import {
  archiveWorkspace,
  createWorkspace,
  listWorkspaces,
  readWorkspace,
  updateWorkspace,
} from '../../../accounts/workspace.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import { workspaceBody } from '../../../wire/admin/workspace-body.ts'
import {
  parseNewWorkspace,
  parseWorkspaceChange,
  readWorkspaceFilter,
} from '../../../wire/admin/workspace-params.ts'
import type { AdminRoute } from './admin-route.ts'

const WORKSPACES = '/v1/organizations/workspaces'
const WORKSPACE = `${WORKSPACES}/:workspaceId`

export function workspaceRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: WORKSPACES,
      action: 'read:workspaces',
      async respond({ query }) {
        const page = await listWorkspaces(accounts, readWorkspaceFilter(query), readListRequest(query, rules))
        return listBody(page, { body: workspaceBody, idOf: ({ id }) => id })
      },
    },
    {
      method: 'POST',
      pattern: WORKSPACES,
      action: 'write:workspaces',
      respond: async ({ actor, readBody }) =>
        workspaceBody(await createWorkspace(accounts, actor, parseNewWorkspace(await readBody(), rules))),
    },
    {
      method: 'GET',
      pattern: WORKSPACE,
      action: 'read:workspaces',
      respond: async ({ params: { workspaceId = '' } }) =>
        workspaceBody(await readWorkspace(accounts, workspaceId)),
    },
    {
      method: 'POST',
      pattern: WORKSPACE,
      action: 'write:workspaces',
      async respond({ actor, params: { workspaceId = '' }, readBody }) {
        const change = parseWorkspaceChange(await readBody(), rules)
        return workspaceBody(await updateWorkspace(accounts, actor, workspaceId, change))
      },
    },
    {
      method: 'POST',
      pattern: `${WORKSPACE}/archive`,
      action: 'write:workspaces',
      respond: async ({ actor, params: { workspaceId = '' } }) =>
        workspaceBody(await archiveWorkspace(accounts, actor, workspaceId)),
    },
  ]
}

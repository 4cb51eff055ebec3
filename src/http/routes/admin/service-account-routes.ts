import type { Accounts } from '../../../accounts/accounts.ts'
import {
  archiveServiceAccount,
  createServiceAccount,
  listServiceAccounts,
  readServiceAccount,
  updateServiceAccount,
} from '../../../accounts/service-account.ts'
import {
  addServiceAccountWorkspace,
  listServiceAccountsOfWorkspace,
  listWorkspacesOfServiceAccount,
  readServiceAccountWorkspace,
  removeServiceAccountWorkspace,
  updateServiceAccountWorkspace,
} from '../../../accounts/service-account-workspace.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { cursorListBody } from '../../../wire/admin/list-body.ts'
import { readCursorRequest } from '../../../wire/admin/list-params.ts'
import { readFlag } from '../../../wire/admin/read-query.ts'
import {
  serviceAccountBody,
  serviceAccountWorkspaceBody,
  serviceAccountWorkspaceDeletedBody,
} from '../../../wire/admin/service-account-body.ts'
import {
  parseAddedServiceAccount,
  parseAddedWorkspace,
  parseNewServiceAccount,
  parseServiceAccountChange,
  parseServiceAccountRole,
} from '../../../wire/admin/service-account-params.ts'
import type { AdminRoute } from './admin-route.ts'

const ACCOUNTS = '/v1/organizations/service_accounts'
const ACCOUNT = `${ACCOUNTS}/:serviceAccountId`
const WORKSPACES_OF_ACCOUNT = `${ACCOUNT}/workspaces`
const ACCOUNTS_OF_WORKSPACE = '/v1/organizations/workspaces/:workspaceId/service_accounts'

export function serviceAccountRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    ...lifeRoutes(accounts, rules),
    ...workspacesOfAccountRoutes(accounts, rules),
    ...accountsOfWorkspaceRoutes(accounts, rules),
  ]
}

function lifeRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: ACCOUNTS,
      action: 'read:service_accounts',
      async respond({ query }) {
        const filter = { includesArchived: readFlag(query, 'include_archived') }
        const page = await listServiceAccounts(accounts, filter, readCursorRequest(query, rules))
        return cursorListBody(page, serviceAccountBody)
      },
    },
    {
      method: 'POST',
      pattern: ACCOUNTS,
      action: 'write:service_accounts',
      respond: async ({ actor, readBody }) =>
        serviceAccountBody(
          await createServiceAccount(accounts, actor, parseNewServiceAccount(await readBody())),
        ),
    },
    {
      method: 'GET',
      pattern: ACCOUNT,
      action: 'read:service_accounts',
      respond: async ({ params: { serviceAccountId = '' } }) =>
        serviceAccountBody(await readServiceAccount(accounts, serviceAccountId)),
    },
    {
      method: 'POST',
      pattern: ACCOUNT,
      action: 'write:service_accounts',
      async respond({ actor, params: { serviceAccountId = '' }, readBody }) {
        const change = parseServiceAccountChange(await readBody())
        return serviceAccountBody(await updateServiceAccount(accounts, actor, serviceAccountId, change))
      },
    },
    {
      method: 'POST',
      pattern: `${ACCOUNT}/archive`,
      action: 'write:service_accounts',
      respond: async ({ actor, params: { serviceAccountId = '' } }) =>
        serviceAccountBody(await archiveServiceAccount(accounts, actor, serviceAccountId)),
    },
  ]
}

function workspacesOfAccountRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: WORKSPACES_OF_ACCOUNT,
      action: 'read:service_accounts',
      async respond({ params: { serviceAccountId = '' }, query }) {
        const request = readCursorRequest(query, rules)
        const page = await listWorkspacesOfServiceAccount(accounts, serviceAccountId, request)
        return cursorListBody(page, serviceAccountWorkspaceBody)
      },
    },
    {
      method: 'POST',
      pattern: WORKSPACES_OF_ACCOUNT,
      action: 'write:service_accounts',
      async respond({ actor, params: { serviceAccountId = '' }, readBody }) {
        const added = { serviceAccountId, ...parseAddedWorkspace(await readBody()) }
        return serviceAccountWorkspaceBody(await addServiceAccountWorkspace(accounts, actor, added))
      },
    },
    {
      method: 'DELETE',
      pattern: `${WORKSPACES_OF_ACCOUNT}/:workspaceId`,
      action: 'write:service_accounts',
      respond: async ({ actor, params: { serviceAccountId = '', workspaceId = '' } }) =>
        serviceAccountWorkspaceDeletedBody(
          await removeServiceAccountWorkspace(accounts, actor, { serviceAccountId, workspaceId }),
        ),
    },
  ]
}

function accountsOfWorkspaceRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  const member = `${ACCOUNTS_OF_WORKSPACE}/:serviceAccountId`
  return [
    {
      method: 'GET',
      pattern: ACCOUNTS_OF_WORKSPACE,
      action: 'read:service_accounts',
      async respond({ params: { workspaceId = '' }, query }) {
        const request = readCursorRequest(query, rules)
        const page = await listServiceAccountsOfWorkspace(accounts, workspaceId, request)
        return cursorListBody(page, serviceAccountWorkspaceBody)
      },
    },
    {
      method: 'POST',
      pattern: ACCOUNTS_OF_WORKSPACE,
      action: 'write:service_accounts',
      async respond({ actor, params: { workspaceId = '' }, readBody }) {
        const added = { workspaceId, ...parseAddedServiceAccount(await readBody()) }
        return serviceAccountWorkspaceBody(await addServiceAccountWorkspace(accounts, actor, added))
      },
    },
    {
      method: 'GET',
      pattern: member,
      action: 'read:service_accounts',
      respond: async ({ params: { workspaceId = '', serviceAccountId = '' } }) =>
        serviceAccountWorkspaceBody(
          await readServiceAccountWorkspace(accounts, { serviceAccountId, workspaceId }),
        ),
    },
    {
      method: 'POST',
      pattern: member,
      action: 'write:service_accounts',
      async respond({ actor, params: { workspaceId = '', serviceAccountId = '' }, readBody }) {
        const changed = { serviceAccountId, workspaceId, role: parseServiceAccountRole(await readBody()) }
        return serviceAccountWorkspaceBody(await updateServiceAccountWorkspace(accounts, actor, changed))
      },
    },
    {
      method: 'DELETE',
      pattern: member,
      action: 'write:service_accounts',
      respond: async ({ actor, params: { workspaceId = '', serviceAccountId = '' } }) =>
        serviceAccountWorkspaceDeletedBody(
          await removeServiceAccountWorkspace(accounts, actor, { serviceAccountId, workspaceId }),
        ),
    },
  ]
}

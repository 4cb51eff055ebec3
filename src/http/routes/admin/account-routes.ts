import type { Accounts } from '../../../accounts/accounts.ts'
import type { Organization } from '../../../accounts/organization.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import type { AdminRoute } from './admin-route.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { adminKeyRoutes, continuoKeyRoutes } from './continuo-key-routes.ts'
import { inviteRoutes } from './invite-routes.ts'
import { organizationRoutes } from './organization-routes.ts'
import { serviceAccountRoutes } from './service-account-routes.ts'
import { userRoutes } from './user-routes.ts'
import { workspaceMemberRoutes } from './workspace-member-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'

/** What the routes of accounts are made of. */
export interface AccountRoutesDependencies {
  readonly accounts: Accounts
  readonly organization: Organization
  readonly rules: AdminRules
}

/** Every route for users, workspaces, keys and the like. */
export function accountRoutes({
  accounts,
  organization,
  rules,
}: AccountRoutesDependencies): readonly AdminRoute[] {
  return [
    ...organizationRoutes(organization),
    ...userRoutes(accounts, rules),
    ...inviteRoutes(accounts, rules),
    ...workspaceRoutes(accounts, rules),
    ...workspaceMemberRoutes(accounts, rules),
    ...apiKeyRoutes(accounts, rules),
    ...serviceAccountRoutes(accounts, rules),
    ...continuoKeyRoutes(accounts, rules),
    ...adminKeyRoutes(accounts, rules),
    ...auditRoutes(accounts, rules),
  ]
}

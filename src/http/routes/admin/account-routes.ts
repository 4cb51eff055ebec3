import type { Organization } from '../../../accounts/organization.ts'
import type { AdminRoute } from './admin-route.ts'
import { apiKeyRoutes } from './api-key-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import {
  adminKeyRoutes,
  type ContinuoKeyRoutesDependencies,
  continuoKeyRoutes,
} from './continuo-key-routes.ts'
import { inviteRoutes } from './invite-routes.ts'
import { newUserRoutes } from './new-user-routes.ts'
import { organizationRoutes } from './organization-routes.ts'
import { serviceAccountRoutes } from './service-account-routes.ts'
import { userRoutes } from './user-routes.ts'
import { workspaceMemberRoutes } from './workspace-member-routes.ts'
import { workspaceRoutes } from './workspace-routes.ts'

/** What the routes of accounts are made of. */
export interface AccountRoutesDependencies extends ContinuoKeyRoutesDependencies {
  readonly organization: Organization
}

/** Every route for users, workspaces, keys and the like. */
export function accountRoutes(dependencies: AccountRoutesDependencies): readonly AdminRoute[] {
  const { accounts, organization, rules } = dependencies
  return [
    ...organizationRoutes(organization),
    ...userRoutes(accounts, rules),
    ...inviteRoutes(accounts, rules),
    ...workspaceRoutes(accounts, rules),
    ...workspaceMemberRoutes(accounts, rules),
    ...apiKeyRoutes(accounts, rules),
    ...serviceAccountRoutes(accounts, rules),
    ...newUserRoutes(accounts),
    ...continuoKeyRoutes(dependencies),
    ...adminKeyRoutes(accounts, rules),
    ...auditRoutes(accounts, rules),
  ]
}

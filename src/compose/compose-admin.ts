import { readPrincipalRole } from '../accounts/principal-role.ts'
import { restoreConformanceAccounts } from '../accounts/restore-conformance-accounts.ts'
import type { Config } from '../config/config.ts'
import { accountRoutes } from '../http/routes/admin/account-routes.ts'
import type { AdminRoute } from '../http/routes/admin/admin-route.ts'
import type { AdminApi } from '../http/routes/api-routes.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import { composeReports } from './compose-reports.ts'
import type { Platform } from './open-platform.ts'

/** The Admin API; null for a server without a state. */
export function composeAdmin(
  {
    organizationName,
    conformanceAccounts,
    rules,
    prices,
  }: Pick<Config, 'organizationName' | 'conformanceAccounts' | 'rules' | 'prices'>,
  { organizationId, shared }: Platform,
  catalog: ModelCatalog,
): AdminApi | null {
  if (shared === null) return null
  const { accounts } = shared
  const organization = { id: organizationId, name: organizationName }
  const routes: AdminRoute[] = [
    ...accountRoutes({ accounts, organization, rules, hasModel: (id) => catalog.has(id) }),
    ...composeReports(accounts, { rules, catalog, prices }),
  ]
  const roleOf = (principalId: string) => readPrincipalRole(accounts, principalId)
  if (conformanceAccounts === null) return { routes, roleOf }
  const restore = () => restoreConformanceAccounts(accounts, conformanceAccounts)
  return { routes: routes.map((route) => withRows(route, restore)), roleOf }
}

/** A route each of whose requests finds the same rows. */
function withRows(route: AdminRoute, restore: () => Promise<void>): AdminRoute {
  return {
    ...route,
    async respond(request) {
      await restore()
      return route.respond(request)
    },
  }
}

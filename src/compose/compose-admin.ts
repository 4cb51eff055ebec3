import { readPrincipalRole } from '../accounts/principal-role.ts'
import { restoreConformanceAccounts } from '../accounts/restore-conformance-accounts.ts'
import type { ConformanceAccounts } from '../accounts/settings.ts'
import type { Config } from '../config/config.ts'
import { accountRoutes } from '../http/routes/admin/account-routes.ts'
import type { AdminRoute } from '../http/routes/admin/admin-route.ts'
import { rateLimitRoutes } from '../http/routes/admin/rate-limit-routes.ts'
import { spendLimitRoutes } from '../http/routes/admin/spend-limit-routes.ts'
import type { AdminApi } from '../http/routes/api-routes.ts'
import { LimitedModels } from '../limits/limited-models.ts'
import { restoreConformanceLimits } from '../limits/restore-conformance-limits.ts'
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
  { organizationId, limits, shared }: Platform,
  catalog: ModelCatalog,
): AdminApi | null {
  if (shared === null) return null
  const { accounts, setUpLink } = shared
  const organization = { id: organizationId, name: organizationName }
  const models = new LimitedModels({
    stateId: accounts.state.id,
    modelGroups: limits.modelGroups,
    modelIds: () => catalog.page({ maxModels: Number.POSITIVE_INFINITY }).models.map(({ id }) => id),
    resolveModel: (id) => (catalog.has(id) ? catalog.resolve(id) : undefined),
  })
  const routes: AdminRoute[] = [
    ...accountRoutes({ accounts, organization, rules, hasModel: (id) => catalog.has(id) }),
    ...rateLimitRoutes({ accounts, models, configured: limits.configured }, rules),
    ...spendLimitRoutes({ accounts, configured: limits.configuredSpend }, rules),
    ...composeReports(accounts, { rules, catalog, prices }),
  ]
  const roleOf = (principalId: string) => readPrincipalRole(accounts, principalId)
  const admit: AdminApi['admit'] = (counted) => limits.adminApi.admit(counted)
  if (conformanceAccounts === null) return { routes, roleOf, admit, setUpLink }
  async function restore(rows: ConformanceAccounts): Promise<void> {
    await restoreConformanceAccounts(accounts, rows)
    await restoreConformanceLimits(accounts.state, rows, accounts.nowMs())
  }
  return {
    routes: routes.map((route) => withRows(route, () => restore(conformanceAccounts))),
    ...{ roleOf, admit, setUpLink },
  }
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

import type { Accounts } from '../accounts/accounts.ts'
import { shownWorkspaceId, storedWorkspaceId } from '../accounts/workspace-id.ts'
import type { AdminRoute } from '../http/routes/admin/admin-route.ts'
import { priceRoutes } from '../http/routes/reports/price-routes.ts'
import { reportRoutes } from '../http/routes/reports/report-routes.ts'
import { requestLogRoutes } from '../http/routes/reports/request-log-routes.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import type { Price } from '../usage/price.ts'
import { UsageReports } from '../usage/usage-reports.ts'
import type { AdminRules } from '../wire/admin/admin-rules.ts'

/** What reports are composed of, besides accounts and their state. */
export interface ComposeReportsOptions {
  readonly rules: AdminRules
  readonly catalog: ModelCatalog
  /** The prices of the configuration. */
  readonly prices: readonly Price[]
}

/** The routes of reports, and of the prices that costs are reported by. */
export function composeReports(
  accounts: Accounts,
  { rules, catalog, prices }: ComposeReportsOptions,
): readonly AdminRoute[] {
  const { state, nowMs } = accounts
  const resolveModel = (id: string) => (catalog.has(id) ? catalog.resolve(id) : id)
  const ids = {
    resolveModel,
    shownWorkspace: (id: string) => shownWorkspaceId(state, id),
    storedWorkspace: (id: string) => storedWorkspaceId(state, id),
  }
  const reports = new UsageReports(state, { ids, nowMs })
  const displayNameOf = (id: string) => (catalog.has(id) ? catalog.retrieve(id).displayName : id)
  return [
    ...reportRoutes({ reports, rules, displayNameOf }),
    ...requestLogRoutes(reports),
    ...priceRoutes(accounts, { configured: prices, resolveModel }),
  ]
}

import { shownWorkspaceId, storedWorkspaceId } from '../accounts/workspace-id.ts'
import type { AdminRoute } from '../http/routes/admin/admin-route.ts'
import { reportRoutes } from '../http/routes/reports/report-routes.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import type { State } from '../state/state.ts'
import { UsageReports } from '../usage/usage-reports.ts'
import type { AdminRules } from '../wire/admin/admin-rules.ts'

/** The routes of reports on a state. */
export function composeReports(
  state: State,
  {
    rules,
    catalog,
    nowMs,
  }: { readonly rules: AdminRules; readonly catalog: ModelCatalog; readonly nowMs: () => number },
): readonly AdminRoute[] {
  const workspaceIds = {
    shown: (id: string) => shownWorkspaceId(state, id),
    stored: (id: string) => storedWorkspaceId(state, id),
  }
  const reports = new UsageReports(state, { workspaceIds, nowMs })
  const displayNameOf = (id: string) => (catalog.has(id) ? catalog.retrieve(id).displayName : id)
  return reportRoutes({ reports, rules, displayNameOf })
}

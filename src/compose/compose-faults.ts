import { FaultList } from '../faults/fault-list.ts'
import type { FaultsSettings } from '../faults/settings.ts'
import type { FaultInjection } from '../http/faults/request-faults.ts'
import { faultRoutes } from '../http/routes/admin/fault-routes.ts'
import type { AdminApi } from '../http/routes/api-routes.ts'
import type { Log } from '../logging/create-logger.ts'

/** The Admin API of a server without a state: it has nothing to administer but its faults. */
const NO_ADMIN_API: AdminApi = {
  routes: [],
  roleOf: async () => null,
  admit: async () => undefined,
  setUpLink: null,
}

/** What goes wrong on purpose, and the routes that change it. */
export function composeFaults(
  { header, rules }: FaultsSettings,
  admin: AdminApi | null,
  logger: Log,
): { readonly faults: FaultInjection; readonly admin: AdminApi } {
  const list = new FaultList(rules)
  if (header || !list.isEmpty) {
    logger.warn({ faults: rules.length, header }, 'requests may fail on purpose: "faults" is for tests')
  }
  const own = admin ?? NO_ADMIN_API
  return { faults: { list, header }, admin: { ...own, routes: [...own.routes, ...faultRoutes(list)] } }
}

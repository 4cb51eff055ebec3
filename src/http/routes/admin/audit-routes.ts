import type { Accounts } from '../../../accounts/accounts.ts'
import { listAuditEvents } from '../../../accounts/audit.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { auditEventBody } from '../../../wire/admin/audit-event-body.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import type { AdminRoute } from './admin-route.ts'

/** `GET /continuo/audit_events`, which the real API has not. */
export function auditRoutes({ state }: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/continuo/audit_events',
      action: 'read:audit',
      async respond({ query }) {
        const page = await listAuditEvents(state, readListRequest(query, rules))
        return listBody(page, { body: auditEventBody, idOf: ({ id }) => id })
      },
    },
  ]
}

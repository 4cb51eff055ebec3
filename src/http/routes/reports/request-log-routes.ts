import { AccountError } from '../../../accounts/account-error.ts'
import type { UsageReports } from '../../../usage/usage-reports.ts'
import { cursorListBody } from '../../../wire/admin/list-body.ts'
import { invalidCursor } from '../../../wire/page-cursor.ts'
import { requestBody } from '../../../wire/reports/request-body.ts'
import { parseRequestLogParams } from '../../../wire/reports/request-log-params.ts'
import type { AdminRoute } from '../admin/admin-route.ts'

const REQUESTS = '/continuo/requests'

/** The requests that were made, without their prompts and completions. */
export function requestLogRoutes(reports: UsageReports): readonly AdminRoute[] {
  const { ids } = reports
  return [
    {
      method: 'GET',
      pattern: REQUESTS,
      action: 'read:logs',
      async respond({ query }) {
        const { filter, place } = parseRequestLogParams(query, ids)
        const page = await reports.requests(filter, place)
        if (page === null) throw invalidCursor()
        return cursorListBody(page, (row) => requestBody(row, ids.shownWorkspace))
      },
    },
    {
      method: 'GET',
      pattern: `${REQUESTS}/:requestId`,
      action: 'read:logs',
      async respond({ params: { requestId = '' } }) {
        const row = await reports.request(requestId)
        if (row === null) throw AccountError.notFound('Request', requestId)
        return requestBody(row, ids.shownWorkspace)
      },
    },
  ]
}

import type { Accounts } from '../../../accounts/accounts.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { apiKeyBody } from '../../../wire/admin/api-key-body.ts'
import { parseApiKeyChange, readApiKeyFilter } from '../../../wire/admin/api-key-params.ts'
import type { AdminRoute } from './admin-route.ts'
import { keyRoutes } from './key-routes.ts'

/** API keys as the real API has them. */
export function apiKeyRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return keyRoutes(accounts, rules, {
    kind: 'api',
    path: '/v1/organizations/api_keys',
    idName: 'apiKeyId',
    readAction: 'read:api_keys',
    writeAction: 'write:api_keys',
    readFilter: readApiKeyFilter,
    parseChange: parseApiKeyChange,
    body: apiKeyBody,
  })
}

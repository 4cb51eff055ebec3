import type { Accounts } from '../../../accounts/accounts.ts'
import { listApiKeys, readApiKey, updateApiKey } from '../../../accounts/api-key.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { apiKeyBody } from '../../../wire/admin/api-key-body.ts'
import { parseApiKeyChange, readApiKeyFilter } from '../../../wire/admin/api-key-params.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import type { AdminRoute } from './admin-route.ts'

const API_KEYS = '/v1/organizations/api_keys'
const API_KEY = `${API_KEYS}/:apiKeyId`

export function apiKeyRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: API_KEYS,
      action: 'read:api_keys',
      async respond({ query }) {
        const filter = { kind: 'api', ...readApiKeyFilter(query) } as const
        const page = await listApiKeys(accounts, filter, readListRequest(query, rules))
        return listBody(page, { body: apiKeyBody, idOf: ({ id }) => id })
      },
    },
    {
      method: 'GET',
      pattern: API_KEY,
      action: 'read:api_keys',
      respond: async ({ params: { apiKeyId = '' } }) =>
        apiKeyBody(await readApiKey(accounts, 'api', apiKeyId)),
    },
    {
      method: 'POST',
      pattern: API_KEY,
      action: 'write:api_keys',
      async respond({ actor, params: { apiKeyId = '' }, readBody }) {
        const change = parseApiKeyChange(await readBody())
        return apiKeyBody(await updateApiKey(accounts, actor, { kind: 'api', id: apiKeyId, ...change }))
      },
    },
  ]
}

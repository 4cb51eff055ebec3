import type { Accounts } from '../../../accounts/accounts.ts'
import { type ApiKey, listApiKeys, readApiKey, updateApiKey } from '../../../accounts/api-key.ts'
import { createApiKey } from '../../../accounts/create-api-key.ts'
import { readLastUses } from '../../../usage/last-uses.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { adminKeyBody, apiKeyDetailsBody } from '../../../wire/admin/api-key-body.ts'
import { parseApiKeyChange, readApiKeyFilter } from '../../../wire/admin/api-key-params.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import { createdAdminKeyBody, createdApiKeyBody } from '../../../wire/admin/new-api-key-body.ts'
import {
  type HasModel,
  parseApiKeyDetailsChange,
  parseNewAdminKey,
  parseNewApiKey,
} from '../../../wire/admin/new-api-key-params.ts'
import { type AdminRoute, checkMay } from './admin-route.ts'

const API_KEYS = '/continuo/api_keys'
const API_KEY = `${API_KEYS}/:apiKeyId`
const ADMIN_KEYS = '/continuo/admin_keys'
const ADMIN_KEY = `${ADMIN_KEYS}/:adminKeyId`

/** What the routes of API keys are made of. */
export interface ContinuoKeyRoutesDependencies {
  readonly accounts: Accounts
  readonly rules: AdminRules
  readonly hasModel: HasModel
}

/** What the real API leaves to its console: creating keys, and the models that each may use. */
export function continuoKeyRoutes({
  accounts,
  rules,
  hasModel,
}: ContinuoKeyRoutesDependencies): readonly AdminRoute[] {
  return [
    {
      method: 'POST',
      pattern: API_KEYS,
      action: 'write:api_keys',
      async respond({ actor, role, readBody }) {
        const asked = { kind: 'api', ...parseNewApiKey(await readBody(), hasModel) } as const
        // Such a key may do all that the one may whom it stands for.
        const isForOther = asked.principalId !== undefined && asked.principalId !== actor.principalId
        if (isForOther) checkMay(role, 'write:admin_keys')
        return createdApiKeyBody(await createApiKey(accounts, actor, asked))
      },
    },
    {
      method: 'GET',
      pattern: API_KEYS,
      action: 'read:api_keys',
      async respond({ query }) {
        const filter = { kind: 'api', ...readApiKeyFilter(query) } as const
        const page = await listApiKeys(accounts, filter, readListRequest(query, rules))
        const rows = await withLastUses(accounts, page.rows)
        return listBody({ ...page, rows }, { body: apiKeyDetailsBody, idOf: ({ id }) => id })
      },
    },
    {
      method: 'GET',
      pattern: API_KEY,
      action: 'read:api_keys',
      respond: async ({ params: { apiKeyId = '' } }) =>
        detailsOf(accounts, await readApiKey(accounts, 'api', apiKeyId)),
    },
    {
      method: 'POST',
      pattern: API_KEY,
      action: 'write:api_keys',
      async respond({ actor, params: { apiKeyId = '' }, readBody }) {
        const change = parseApiKeyDetailsChange(await readBody(), hasModel)
        return detailsOf(
          accounts,
          await updateApiKey(accounts, actor, { kind: 'api', id: apiKeyId, ...change }),
        )
      },
    },
  ]
}

async function detailsOf(accounts: Accounts, key: ApiKey): Promise<object> {
  const [detailed = key] = await withLastUses(accounts, [key])
  return apiKeyDetailsBody(detailed)
}

async function withLastUses({ state }: Accounts, keys: readonly ApiKey[]): Promise<readonly ApiKey[]> {
  const lastUses = await readLastUses(
    state,
    keys.map(({ id }) => id),
  )
  return keys.map((key) => ({ ...key, lastUsedAt: lastUses.get(key.id) ?? key.lastUsedAt }))
}

/** Everything about admin keys, which the real API leaves to its console too. */
export function adminKeyRoutes(accounts: Accounts, rules: AdminRules): readonly AdminRoute[] {
  return [
    {
      method: 'POST',
      pattern: ADMIN_KEYS,
      action: 'write:admin_keys',
      async respond({ actor, readBody }) {
        const asked = { kind: 'admin', ...parseNewAdminKey(await readBody()) } as const
        return createdAdminKeyBody(await createApiKey(accounts, actor, asked))
      },
    },
    {
      method: 'GET',
      pattern: ADMIN_KEYS,
      action: 'read:admin_keys',
      async respond({ query }) {
        const page = await listApiKeys(accounts, { kind: 'admin' }, readListRequest(query, rules))
        return listBody(page, { body: adminKeyBody, idOf: ({ id }) => id })
      },
    },
    {
      method: 'GET',
      pattern: ADMIN_KEY,
      action: 'read:admin_keys',
      respond: async ({ params: { adminKeyId = '' } }) =>
        adminKeyBody(await readApiKey(accounts, 'admin', adminKeyId)),
    },
    {
      method: 'POST',
      pattern: ADMIN_KEY,
      action: 'write:admin_keys',
      async respond({ actor, params: { adminKeyId = '' }, readBody }) {
        const change = parseApiKeyChange(await readBody())
        return adminKeyBody(await updateApiKey(accounts, actor, { kind: 'admin', id: adminKeyId, ...change }))
      },
    },
  ]
}

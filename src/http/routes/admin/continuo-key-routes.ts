import type { Accounts } from '../../../accounts/accounts.ts'
import type { ApiKey } from '../../../accounts/api-key.ts'
import { createApiKey } from '../../../accounts/create-api-key.ts'
import { readLastUses } from '../../../usage/last-uses.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { adminKeyBody, apiKeyDetailsBody } from '../../../wire/admin/api-key-body.ts'
import { parseApiKeyChange, readApiKeyFilter } from '../../../wire/admin/api-key-params.ts'
import { createdAdminKeyBody, createdApiKeyBody } from '../../../wire/admin/new-api-key-body.ts'
import {
  type HasModel,
  parseApiKeyDetailsChange,
  parseNewAdminKey,
  parseNewApiKey,
} from '../../../wire/admin/new-api-key-params.ts'
import { type AdminRoute, checkMay } from './admin-route.ts'
import { keyRoutes } from './key-routes.ts'

const API_KEYS = '/continuo/api_keys'
const ADMIN_KEYS = '/continuo/admin_keys'

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
    ...keyRoutes(accounts, rules, {
      kind: 'api',
      path: API_KEYS,
      idName: 'apiKeyId',
      readAction: 'read:api_keys',
      writeAction: 'write:api_keys',
      readFilter: readApiKeyFilter,
      parseChange: (body) => parseApiKeyDetailsChange(body, hasModel),
      body: apiKeyDetailsBody,
      completed: (keys) => withLastUses(accounts, keys),
    }),
  ]
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
    ...keyRoutes(accounts, rules, {
      kind: 'admin',
      path: ADMIN_KEYS,
      idName: 'adminKeyId',
      readAction: 'read:admin_keys',
      writeAction: 'write:admin_keys',
      readFilter: () => ({}),
      parseChange: parseApiKeyChange,
      body: adminKeyBody,
    }),
  ]
}

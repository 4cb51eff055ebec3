import type { Accounts } from '../../../accounts/accounts.ts'
import {
  type ApiKey,
  type ApiKeyChange,
  type ApiKeyFilter,
  type KeyKind,
  listApiKeys,
  readApiKey,
  updateApiKey,
} from '../../../accounts/api-key.ts'
import type { Action } from '../../../accounts/role.ts'
import type { AdminRules } from '../../../wire/admin/admin-rules.ts'
import { listBody } from '../../../wire/admin/list-body.ts'
import { readListRequest } from '../../../wire/admin/list-params.ts'
import type { AdminRoute } from './admin-route.ts'

/** One way to list, read and change keys of one kind. */
export interface KeyRoutes {
  readonly kind: KeyKind
  /** The path of the list. */
  readonly path: string
  /** What the pattern of one key calls its id; logs and metrics name the pattern. */
  readonly idName: string
  readonly readAction: Action
  readonly writeAction: Action
  readonly readFilter: (query: URLSearchParams) => Omit<ApiKeyFilter, 'kind'>
  readonly parseChange: (body: object) => ApiKeyChange
  readonly body: (key: ApiKey) => object
  /** Adds what the table of keys does not have. */
  readonly completed?: (keys: readonly ApiKey[]) => Promise<readonly ApiKey[]>
}

export function keyRoutes(accounts: Accounts, rules: AdminRules, keys: KeyRoutes): readonly AdminRoute[] {
  const { kind, path, idName, readAction, writeAction, body, completed = async (all) => all } = keys
  const bodyOf = async (key: ApiKey) => body((await completed([key]))[0] ?? key)
  return [
    {
      method: 'GET',
      pattern: path,
      action: readAction,
      async respond({ query }) {
        const filter = { kind, ...keys.readFilter(query) }
        const page = await listApiKeys(accounts, filter, readListRequest(query, rules))
        return listBody({ ...page, rows: await completed(page.rows) }, { body, idOf: ({ id }) => id })
      },
    },
    {
      method: 'GET',
      pattern: `${path}/:${idName}`,
      action: readAction,
      respond: async ({ params }) => bodyOf(await readApiKey(accounts, kind, params[idName] ?? '')),
    },
    {
      method: 'POST',
      pattern: `${path}/:${idName}`,
      action: writeAction,
      async respond({ actor, params, readBody }) {
        const change = keys.parseChange(await readBody())
        return bodyOf(await updateApiKey(accounts, actor, { kind, id: params[idName] ?? '', ...change }))
      },
    },
  ]
}

import { hash } from 'node:crypto'
import type { Caller } from '../completion/caller.ts'
import type { ApiKeysTable } from '../state/tables/api-keys-table.ts'
import type { KnownKey } from './known-keys.ts'

/** How rows of keys become callers. */
export interface CallerSettings {
  /** Whether keys may reuse the prefixes that others sent; otherwise each has a `CacheScope` of its own. */
  readonly sharedCache: boolean
  /** The resolved id of a model, given its id or an alias. */
  readonly resolveModel: (id: string) => string
}

/** What requests with a key are identified as. */
export function knownKeyOf(
  row: Readonly<
    Pick<ApiKeysTable, 'id' | 'kind' | 'status' | 'workspaceId' | 'principalId' | 'allowedModels'>
  >,
  secret: string,
  { sharedCache, resolveModel }: CallerSettings,
): KnownKey {
  const { id, kind, status, workspaceId, principalId, allowedModels } = row
  const models = allowedModels === null ? null : (JSON.parse(allowedModels) as string[])
  const caller: Caller = {
    cacheScope: sharedCache ? null : secretCacheScope(secret),
    apiKeyId: id,
    keyKind: kind,
    workspaceId: workspaceId ?? '',
    actorId: principalId ?? '',
    allowedModels: models === null ? null : new Set(models.map(resolveModel)),
  }
  return { kind, isActive: status === 'active', workspaceId, caller }
}

/** The cache scope of all who have a secret: the same in every process. The secret cannot be read off it. */
export function secretCacheScope(secret: string): string {
  // Upstreams are sent it: it must not be a digest by which somebody else tells keys apart.
  return hash('sha256', `cache scope\0${secret}`, 'base64url')
}

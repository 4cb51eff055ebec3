import { ANONYMOUS_CALLER, type Caller } from '../completion/caller.ts'
import type { State } from '../state/state.ts'
import { type CallerSettings, knownKeyOf } from './known-key-of.ts'

/** Who sent something that is served later. */
export interface StoredSender {
  /** Empty for a caller without a known key. */
  readonly apiKeyId: string
  readonly workspaceId: string
  readonly actorId: string
}

/**
 * The caller of a request that is served without its key's secret: the key may use the models that it may use now. It
 * shares prefixes with other such requests of the key, and with nothing else.
 */
export async function callerOfStoredKey(
  { relaxed }: State,
  { apiKeyId, workspaceId, actorId }: StoredSender,
  settings: CallerSettings,
): Promise<Caller> {
  const row = await relaxed
    .selectFrom('apiKeys')
    .select(['id', 'kind', 'status', 'workspaceId', 'principalId', 'allowedModels'])
    .where('id', '=', apiKeyId)
    .executeTakeFirst()
  if (row === undefined) return { ...ANONYMOUS_CALLER, workspaceId, actorId }
  return { ...knownKeyOf(row, `stored\0${apiKeyId}`, settings).caller, workspaceId, actorId }
}

import type { CacheScope } from './cache-scope.ts'

/** The workspace that every organization has. Reports show it as null. */
export const DEFAULT_WORKSPACE_ID = 'default'

/** Who sent a request. */
export interface Caller {
  readonly cacheScope: CacheScope
  /** The id of its API key; null for a key that the server does not know, and for none. */
  readonly apiKeyId: string | null
  /** What its key is for; null without a known key. */
  readonly keyKind: 'api' | 'admin' | null
  /** The workspace that its requests are counted to; empty for those of the Admin API, which are counted to none. */
  readonly workspaceId: string
  /** The user (`user_…`) or service account (`svac_…`) that its key stands for; empty for neither. */
  readonly actorId: string
  /** The resolved ids of the models that it may use; null for every model. */
  readonly allowedModels: ReadonlySet<string> | null
  /** Set for a request of the console without a key: of a user who has logged in, or of the one at an open server. */
  readonly console?: 'session' | 'open'
}

/** A caller without a known API key. */
export const ANONYMOUS_CALLER: Caller = {
  cacheScope: null,
  apiKeyId: null,
  keyKind: null,
  workspaceId: DEFAULT_WORKSPACE_ID,
  actorId: '',
  allowedModels: null,
}

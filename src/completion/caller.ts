import type { CacheScope } from './cache-scope.ts'

/** Who sent a request. */
export interface Caller {
  readonly cacheScope: CacheScope
}

/** The caller of a request that is not distinguished from others. */
export const ANONYMOUS_CALLER: Caller = { cacheScope: null }

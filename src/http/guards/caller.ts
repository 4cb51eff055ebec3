import { createHash } from 'node:crypto'
import type { CacheScope } from '../../completion/cache-scope.ts'

/** Who sent a request, as far as its key tells. */
export interface Caller {
  readonly cacheScope: CacheScope
}

/** One who is not told from others. */
export const UNKNOWN_CALLER: Caller = { cacheScope: null }

/** The caller of a key: the same in every process, and the key cannot be read off it. */
export function callerOf(apiKey: string, { sharedCache }: { readonly sharedCache: boolean }): Caller {
  if (sharedCache) return UNKNOWN_CALLER
  // Upstreams are given it: it must not be a digest that somebody else tells keys by.
  return { cacheScope: createHash('sha256').update('cache scope\0').update(apiKey).digest('base64url') }
}

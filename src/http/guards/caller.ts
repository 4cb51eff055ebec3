import { createHash } from 'node:crypto'
import { ANONYMOUS_CALLER, type Caller } from '../../completion/caller.ts'

/** The caller that a key stands for: the same in every process. The key cannot be read off it. */
export function callerOf(apiKey: string, { sharedCache }: { readonly sharedCache: boolean }): Caller {
  if (sharedCache) return ANONYMOUS_CALLER
  // Upstreams are sent it: it must not be a digest by which somebody else tells keys apart.
  return { cacheScope: createHash('sha256').update('cache scope\0').update(apiKey).digest('base64url') }
}

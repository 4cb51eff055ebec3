import { CompletionError } from '../completion/completion-error.ts'

/** How long a secret that no key has is not looked up again. */
export const MISS_MS = 1_000
/** Most such secrets that are kept. */
export const MAX_MISSES = 10_000
/** Most lookups in a second: strangers who try secrets must not keep the database from its work. */
export const MAX_LOOKUPS_PER_SECOND = 200

/** Looks keys up that are not in memory, which another instance may have just made: each at most once a second. */
export class MissedKeys<Found> {
  /** When each secret was not found, by its digest, the oldest first. */
  readonly #misses = new Map<string, number>()
  readonly #running = new Map<string, Promise<Found | null>>()
  #secondBeganMs = Number.NEGATIVE_INFINITY
  #lookupsInSecond = 0

  /**
   * Null for a secret that was not found a moment ago. Requests with the same secret wait for one look.
   *
   * @throws CompletionError `overloaded` when there were too many lookups
   */
  lookUp(digest: string, read: () => Promise<Found | undefined>): Promise<Found | null> | null {
    const running = this.#running.get(digest)
    if (running !== undefined) return running
    const nowMs = performance.now()
    const missedAtMs = this.#misses.get(digest)
    if (missedAtMs !== undefined && nowMs - missedAtMs < MISS_MS) return null
    this.#countLookup(nowMs)
    const lookup = this.#look(digest, read).finally(() => this.#running.delete(digest))
    this.#running.set(digest, lookup)
    return lookup
  }

  /** Forgets what was not found: there are new keys. */
  clear(): void {
    this.#misses.clear()
  }

  #countLookup(nowMs: number): void {
    if (nowMs - this.#secondBeganMs >= 1_000) {
      this.#secondBeganMs = nowMs
      this.#lookupsInSecond = 0
    }
    // A key that is good is in memory when its client tries again.
    if (this.#lookupsInSecond >= MAX_LOOKUPS_PER_SECOND) throw uncheckableKey()
    this.#lookupsInSecond += 1
  }

  async #look(digest: string, read: () => Promise<Found | undefined>): Promise<Found | null> {
    const found = await this.#read(read)
    if (found !== undefined) return found
    this.#misses.delete(digest)
    this.#misses.set(digest, performance.now())
    if (this.#misses.size > MAX_MISSES) {
      const [oldest = ''] = this.#misses.keys()
      this.#misses.delete(oldest)
    }
    return null
  }

  async #read(read: () => Promise<Found | undefined>): Promise<Found | undefined> {
    try {
      return await read()
    } catch {
      throw uncheckableKey()
    }
  }
}

/** Not 401, after which clients give up: the key may be good. */
export function uncheckableKey(): CompletionError {
  return new CompletionError('overloaded', 'Overloaded: API keys cannot be checked now')
}

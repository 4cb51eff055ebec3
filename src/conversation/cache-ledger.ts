import type { CacheTtl } from '../completion/turn.ts'

/** Most prefixes that are known at once. Beyond it, the least recently used are dropped. */
export const MAX_LEDGER_ENTRIES = 20_000

const TTL_MS: Readonly<Record<CacheTtl, number>> = { '5m': 300_000, '1h': 3_600_000 }

interface Entry {
  readonly tokens: number
  readonly ttl: CacheTtl
  readonly expiresAtMs: number
}

/**
 * Prompt-cache token accounting: which prefixes of prompts callers had cached, and how many tokens they are. It is
 * independent of what engines hold in their KV caches.
 */
export class CacheLedger {
  /** From the least to the most recently used. */
  readonly #entries = new Map<string, Entry>()
  readonly #nowMs: () => number
  readonly #maxEntries: number

  /** @param nowMs a monotonic clock, in milliseconds */
  constructor(nowMs: () => number, maxEntries = MAX_LEDGER_ENTRIES) {
    this.#nowMs = nowMs
    this.#maxEntries = maxEntries
  }

  /** The tokens of a prefix; null if it is not known. */
  tokensOf(key: string): number | null {
    const entry = this.#entries.get(key)
    return entry === undefined || entry.expiresAtMs <= this.#nowMs() ? null : entry.tokens
  }

  /** Restarts the lifetime of a known prefix. */
  use(key: string): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) this.write(key, entry.tokens, entry.ttl)
  }

  write(key: string, tokens: number, ttl: CacheTtl): void {
    this.#entries.delete(key)
    this.#entries.set(key, { tokens, ttl, expiresAtMs: this.#nowMs() + TTL_MS[ttl] })
    if (this.#entries.size <= this.#maxEntries) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}

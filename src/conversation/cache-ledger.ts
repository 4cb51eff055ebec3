import type { CacheTtl } from './cacheable-conversation.ts'

/** Most prefixes that are known at once; past it, those not used for longest are forgotten. */
export const MAX_LEDGER_ENTRIES = 20_000

const LIFETIMES_MS: Readonly<Record<CacheTtl, number>> = { '5m': 300_000, '1h': 3_600_000 }

interface Entry {
  readonly tokens: number
  readonly ttl: CacheTtl
  readonly expiresAtMs: number
}

/**
 * Which prefixes of prompts callers have had cached, and how many tokens they are: the book that prompt caching is
 * charged by. What an engine holds of them in its KV cache is another matter, and changes nothing here.
 */
export class CacheLedger {
  /** Those used last stand last. */
  readonly #entries = new Map<string, Entry>()
  readonly #nowMs: () => number
  readonly #maxEntries: number

  /** @param nowMs a clock that never goes back, in milliseconds */
  constructor(nowMs: () => number, maxEntries = MAX_LEDGER_ENTRIES) {
    this.#nowMs = nowMs
    this.#maxEntries = maxEntries
  }

  /** The tokens of a prefix that is known, else null. */
  tokensOf(key: string): number | null {
    const entry = this.#entries.get(key)
    return entry === undefined || entry.expiresAtMs <= this.#nowMs() ? null : entry.tokens
  }

  /** Begins the life of a known prefix anew. */
  use(key: string): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined) this.write(key, entry.tokens, entry.ttl)
  }

  write(key: string, tokens: number, ttl: CacheTtl): void {
    this.#entries.delete(key)
    this.#entries.set(key, { tokens, ttl, expiresAtMs: this.#nowMs() + LIFETIMES_MS[ttl] })
    if (this.#entries.size <= this.#maxEntries) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}

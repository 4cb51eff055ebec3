import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import { CompletionError } from '../completion/completion-error.ts'
import type { State } from '../state/state.ts'
import type { ApiKeysTable } from '../state/tables/api-keys-table.ts'
import { secretDigest } from './api-key-secret.ts'
import type { DeclaredKeys } from './declared-keys.ts'
import { shownDefaultWorkspaceId } from './default-workspace.ts'
import { type CallerSettings, knownKeyOf } from './known-key-of.ts'
import type { KnownKey, KnownKeys } from './known-keys.ts'

/** Announced with every change of keys and of workspaces; see `announceChange`. */
export const API_KEYS_TOPIC = 'api-keys'
export const WORKSPACES_TOPIC = 'workspaces'

/** How long a secret that no key has is not looked up again. */
export const MISS_MS = 1_000
/** Most such secrets that are kept. */
export const MAX_MISSES = 10_000

export interface KeyDirectoryOptions extends CallerSettings {
  readonly declared: DeclaredKeys
  /** Whether a secret that is not in memory may be one that another instance has just made. */
  readonly looksUp: boolean
  /** For how long keys are taken from memory while the database does not answer. */
  readonly maxStaleMs: number
  /** For how long what is in memory may have been out of date. */
  readonly staleMs: () => number
  /** The database's clock. */
  readonly nowMs: () => number
}

type ApiKeyRow = Readonly<ApiKeysTable>

/** A row of a key, and what it stands for once somebody has sent its secret. */
interface Entry {
  readonly row: ApiKeyRow
  known: KnownKey | null
}

/**
 * Every key of the state, in memory. Changes by other instances arrive within a second; a key that is not there is looked
 * up once.
 */
export class KeyDirectory implements KnownKeys {
  readonly #state: State
  readonly #shownDefaultId: string
  readonly #options: KeyDirectoryOptions
  #entries = new Map<string, Entry>()
  /** Workspaces that are not archived, by the id that clients send. */
  #workspaces = new Map<string, string>()
  /** When each secret was not found, by its digest, the oldest first. */
  readonly #misses = new Map<string, number>()
  readonly #lookups = new Map<string, Promise<Entry | null>>()

  constructor(state: State, options: KeyDirectoryOptions) {
    this.#state = state
    this.#shownDefaultId = shownDefaultWorkspaceId(state.id)
    this.#options = options
  }

  /** Loads all keys. */
  async loadKeys(): Promise<void> {
    const rows = await this.#state.relaxed.selectFrom('apiKeys').selectAll().execute()
    this.#entries = new Map(rows.map((row) => [row.secretSha256, { row, known: null }]))
    this.#misses.clear()
  }

  /** Loads the ids of all workspaces. */
  async loadWorkspaces(): Promise<void> {
    const rows = await this.#state.relaxed
      .selectFrom('workspaces')
      .select('id')
      .where('archivedAt', 'is', null)
      .execute()
    this.#workspaces = new Map(rows.map(({ id }) => [id, id]))
    for (const shown of [DEFAULT_WORKSPACE_ID, this.#shownDefaultId])
      this.#workspaces.set(shown, DEFAULT_WORKSPACE_ID)
  }

  find(secret: string): KnownKey | null | Promise<KnownKey | null> {
    const digest = secretDigest(secret)
    const { declared, looksUp, maxStaleMs, staleMs } = this.#options
    const entry = this.#entries.get(digest)
    const declaredKey = declared.findDigest(digest)
    if (declaredKey !== null && entry?.row.origin !== 'console') return declaredKey
    if (!looksUp) return entry === undefined ? null : this.#knownKey(entry, secret)
    if (staleMs() > maxStaleMs) throw uncheckable()
    if (entry !== undefined) return this.#knownKey(entry, secret)
    if (this.#isMissing(digest)) return null
    return this.#lookUp(digest).then((found) => (found === null ? null : this.#knownKey(found, secret)))
  }

  shownWorkspaceId(workspaceId: string): string {
    return workspaceId === DEFAULT_WORKSPACE_ID ? this.#shownDefaultId : workspaceId
  }

  workspaceId(shownId: string): string | null {
    return this.#workspaces.get(shownId) ?? null
  }

  #knownKey(entry: Entry, secret: string): KnownKey {
    entry.known ??= knownKeyOf(entry.row, secret, this.#options)
    const { expiresAt } = entry.row
    return expiresAt === null || this.#options.nowMs() < expiresAt
      ? entry.known
      : { ...entry.known, isActive: false }
  }

  #isMissing(digest: string): boolean {
    const missedAtMs = this.#misses.get(digest)
    return missedAtMs !== undefined && performance.now() - missedAtMs < MISS_MS
  }

  /** Requests with the same secret wait for one look. */
  #lookUp(digest: string): Promise<Entry | null> {
    const running = this.#lookups.get(digest)
    if (running !== undefined) return running
    const lookup = this.#readEntry(digest).finally(() => this.#lookups.delete(digest))
    this.#lookups.set(digest, lookup)
    return lookup
  }

  async #readEntry(digest: string): Promise<Entry | null> {
    // What is loaded while this waits may be newer.
    const entries = this.#entries
    const row = await this.#readRow(digest)
    if (row === undefined) {
      this.#noteMiss(digest)
      return null
    }
    const entry = { row, known: null }
    entries.set(digest, entry)
    return entry
  }

  async #readRow(digest: string): Promise<ApiKeyRow | undefined> {
    try {
      return await this.#state.relaxed
        .selectFrom('apiKeys')
        .selectAll()
        .where('secretSha256', '=', digest)
        .executeTakeFirst()
    } catch {
      // Not 401, after which clients give up: the key may be good.
      throw uncheckable()
    }
  }

  #noteMiss(digest: string): void {
    this.#misses.delete(digest)
    this.#misses.set(digest, performance.now())
    if (this.#misses.size <= MAX_MISSES) return
    const [oldest] = this.#misses.keys()
    if (oldest !== undefined) this.#misses.delete(oldest)
  }
}

function uncheckable(): CompletionError {
  return new CompletionError('overloaded', 'Overloaded: API keys cannot be checked now')
}

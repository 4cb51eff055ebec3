import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { State } from '../state/state.ts'
import type { ApiKeysTable } from '../state/tables/api-keys-table.ts'
import { secretDigest } from './api-key-secret.ts'
import type { DeclaredKeys } from './declared-keys.ts'
import { shownDefaultWorkspaceId } from './default-workspace.ts'
import { type CallerSettings, knownKeyOf } from './known-key-of.ts'
import type { KnownKey, KnownKeys } from './known-keys.ts'
import { MissedKeys, uncheckableKey } from './missed-keys.ts'
import { WorkspacesOfPrincipals } from './workspaces-of-principals.ts'

/** Announced with every change of keys and of workspaces; see `announceChange`. */
export const API_KEYS_TOPIC = 'api-keys'
export const WORKSPACES_TOPIC = 'workspaces'

/** Rows that are read at once, so that requests do not wait while many keys are loaded. */
const PAGE_ROWS = 500

export interface KeyDirectoryOptions extends CallerSettings {
  readonly declared: DeclaredKeys
  /** Whether a secret that is not in memory may be one that another instance has just made. */
  readonly looksUp: boolean
  /** For how long keys are taken from memory while the database does not respond. */
  readonly maxStaleMs: number
  /** For how long what is in memory may have been out of date. */
  readonly staleMs: () => number
  /** The database's clock. */
  readonly nowMs: () => number
}

const COLUMNS = [
  'id',
  'secretSha256',
  'kind',
  'workspaceId',
  'principalId',
  'status',
  'expiresAt',
  'origin',
  'allowedModels',
] as const satisfies readonly (keyof ApiKeysTable)[]

type ApiKeyRow = Readonly<Pick<ApiKeysTable, (typeof COLUMNS)[number]>>

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
  readonly #missed = new MissedKeys<Entry>()
  readonly #principals: WorkspacesOfPrincipals

  constructor(state: State, options: KeyDirectoryOptions) {
    this.#state = state
    this.#shownDefaultId = shownDefaultWorkspaceId(state.id)
    this.#options = options
    this.#principals = new WorkspacesOfPrincipals(state)
  }

  /** Loads all keys. */
  async loadKeys(): Promise<void> {
    const entries = new Map<string, Entry>()
    // A key that changes meanwhile is announced, and all are loaded again.
    for (let lastId = '', isLast = false; !isLast; ) {
      const rows = await this.#state.relaxed
        .selectFrom('apiKeys')
        .select(COLUMNS)
        .where('id', '>', lastId)
        .orderBy('id')
        .limit(PAGE_ROWS)
        .execute()
      for (const row of rows) entries.set(row.secretSha256, { row, known: null })
      isLast = rows.length < PAGE_ROWS
      lastId = rows.at(-1)?.id ?? lastId
    }
    this.#entries = entries
    this.#missed.clear()
  }

  /** Whether there is a key that opens the API, now or when it is activated. */
  get hasApiKey(): boolean {
    const rows = [...this.#options.declared.rows, ...[...this.#entries.values()].map(({ row }) => row)]
    return rows.some(({ kind, status }) => kind === 'api' && status !== 'archived')
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

  /** Loads which workspaces users and service accounts may use. */
  loadMemberships(): Promise<void> {
    return this.#principals.load()
  }

  find(secret: string): KnownKey | null | Promise<KnownKey | null> {
    const digest = secretDigest(secret)
    const { declared, looksUp, maxStaleMs, staleMs } = this.#options
    const entry = this.#entries.get(digest)
    const declaredKey = declared.findDigest(digest)
    if (declaredKey !== null && entry?.row.origin !== 'console') return declaredKey
    if (!looksUp) return entry === undefined ? null : this.#knownKey(entry, secret)
    if (staleMs() > maxStaleMs) throw uncheckableKey()
    if (entry !== undefined) return this.#knownKey(entry, secret)
    const looked = this.#missed.lookUp(digest, () => this.#readEntry(digest))
    return looked?.then((found) => (found === null ? null : this.#knownKey(found, secret))) ?? null
  }

  shownWorkspaceId(workspaceId: string): string {
    return workspaceId === DEFAULT_WORKSPACE_ID ? this.#shownDefaultId : workspaceId
  }

  isMember(principalId: string, workspaceId: string): boolean {
    return this.#principals.has(principalId, workspaceId)
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

  async #readEntry(digest: string): Promise<Entry | undefined> {
    // What is loaded while this waits may be newer.
    const entries = this.#entries
    const row = await this.#state.relaxed
      .selectFrom('apiKeys')
      .select(COLUMNS)
      .where('secretSha256', '=', digest)
      .executeTakeFirst()
    if (row === undefined) return undefined
    if (row.workspaceId === null && row.principalId !== null) await this.#principals.load()
    const entry = { row, known: null }
    entries.set(digest, entry)
    return entry
  }
}

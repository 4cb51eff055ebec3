import { randomBytes } from 'node:crypto'
import type { CacheScope } from '../completion/cache-scope.ts'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Accounts } from './accounts.ts'
import { secretDigest } from './api-key-secret.ts'
import { secretCacheScope } from './known-key-of.ts'
import { MissedKeys, uncheckableKey } from './missed-keys.ts'
import { may, ORGANIZATION_ROLES, type OrganizationRole } from './role.ts'

/** After this long one logs in again. */
export const MAX_SESSION_MS = 12 * 60 * 60_000
/** After this long without a request too. */
export const MAX_IDLE_MS = 30 * 60_000
/** How often the time of the last request is written. */
const SEEN_INTERVAL_MS = 60_000
/** Most logins of one user: a further one ends the oldest. */
const MAX_SESSIONS_PER_USER = 20
/** Most logins that are looked up without being counted among those of strangers. */
const MAX_KNOWN = 10_000
const SECRET_BYTES = 32

/** A login. */
export interface Session {
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
  readonly role: OrganizationRole
}

/** The logins of users to the console. The browser keeps a secret, and the state its digest. */
export class Sessions {
  readonly #accounts: Accounts
  readonly #sharedCache: boolean
  readonly #missed = new MissedKeys<Session>()
  /** Digests of secrets that were found, the oldest first. */
  readonly #known = new Set<string>()

  constructor(accounts: Accounts, { sharedCache }: { readonly sharedCache: boolean }) {
    this.#accounts = accounts
    this.#sharedCache = sharedCache
  }

  /**
   * The login with a secret; null where it has ended, or there is none.
   *
   * @throws CompletionError `overloaded` when the database, which would know, is down, or strangers tried too many secrets
   */
  find(secret: string): Promise<Session | null> | null {
    const digest = secretDigest(secret)
    if (!this.#known.has(digest)) return this.#missed.lookUp(digest, () => this.#read(digest))
    return this.#read(digest).then(
      (session) => session ?? null,
      () => Promise.reject(uncheckableKey()),
    )
  }

  /** Whether a user may use a workspace: all may use the default one. */
  async isMember({ user, role }: Session, workspaceId: string): Promise<boolean> {
    if (workspaceId === DEFAULT_WORKSPACE_ID || may(role, 'write:workspaces')) return true
    const row = await this.#accounts.state.relaxed
      .selectFrom('workspaceMembers')
      .select('role')
      .where('userId', '=', user.id)
      .where('workspaceId', '=', workspaceId)
      .executeTakeFirst()
    return row !== undefined
  }

  /** No user shares prefixes with another, unless all share them. */
  cacheScopeOf({ user }: Session): CacheScope {
    return this.#sharedCache ? null : secretCacheScope(`user\0${user.id}`)
  }

  /** Begins a login. @returns its secret */
  async begin(userId: string): Promise<string> {
    const { state, nowMs } = this.#accounts
    const secret = randomBytes(SECRET_BYTES).toString('base64url')
    const atMs = nowMs()
    await state.db.transaction().execute(async (db) => {
      await db.deleteFrom('sessions').where('expiresAt', '<=', atMs).execute()
      const others = await db
        .selectFrom('sessions')
        .select('secretSha256')
        .where('userId', '=', userId)
        .orderBy('createdAt', 'desc')
        .offset(MAX_SESSIONS_PER_USER - 1)
        .limit(MAX_SESSIONS_PER_USER)
        .execute()
      for (const { secretSha256 } of others)
        await db.deleteFrom('sessions').where('secretSha256', '=', secretSha256).execute()
      await db
        .insertInto('sessions')
        .values({
          secretSha256: secretDigest(secret),
          userId,
          createdAt: atMs,
          seenAt: atMs,
          expiresAt: atMs + MAX_SESSION_MS,
        })
        .execute()
    })
    this.#remember(secretDigest(secret))
    return secret
  }

  /** Ends a login. */
  async end(secret: string): Promise<void> {
    const digest = secretDigest(secret)
    this.#known.delete(digest)
    await this.#accounts.state.db.deleteFrom('sessions').where('secretSha256', '=', digest).execute()
  }

  async #read(digest: string): Promise<Session | undefined> {
    const { state, nowMs } = this.#accounts
    const row = await state.relaxed
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.userId')
      .select(['users.id', 'users.email', 'users.name', 'users.role', 'seenAt', 'expiresAt'])
      .where('secretSha256', '=', digest)
      .where('users.removedAt', 'is', null)
      .executeTakeFirst()
    const atMs = nowMs()
    const role = ORGANIZATION_ROLES.find((one) => one === row?.role)
    if (
      row === undefined ||
      role === undefined ||
      row.expiresAt <= atMs ||
      row.seenAt + MAX_IDLE_MS <= atMs
    ) {
      this.#known.delete(digest)
      return undefined
    }
    this.#remember(digest)
    if (row.seenAt + SEEN_INTERVAL_MS <= atMs) {
      await state.relaxed
        .updateTable('sessions')
        .set({ seenAt: atMs })
        .where('secretSha256', '=', digest)
        .execute()
    }
    const { id, email, name } = row
    return { user: { id, email, name }, role }
  }

  #remember(digest: string): void {
    this.#known.add(digest)
    if (this.#known.size <= MAX_KNOWN) return
    const [oldest = ''] = this.#known
    this.#known.delete(oldest)
  }
}

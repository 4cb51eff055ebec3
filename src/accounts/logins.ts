import { randomBytes } from 'node:crypto'
import { storableText } from '../state/storable-text.ts'
import { AccountError } from './account-error.ts'
import { type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { secretDigest } from './api-key-secret.ts'
import { recordAuditEvent } from './audit.ts'
import { emailKey } from './email-key.ts'
import { FailedLogins } from './failed-logins.ts'
import { Passwords } from './passwords.ts'
import { ORGANIZATION_ROLES } from './role.ts'
import type { Sessions } from './sessions.ts'
import type { SetUpLink } from './set-up-link.ts'
import { addUser, endSessions, findUser } from './user.ts'

/** How one begins to use the console, from somewhere. */
export interface LoginPlace {
  /** The part of the sender's address that it cannot change at will; '' where it is not known. */
  readonly network: string
}

const SECRET_BYTES = 32
/** For how long the link works by which a user sets a password. */
const PASSWORD_LINK_MS = 24 * 60 * 60_000
/** Digests of such links are settings of this name, with the user and the time until which the link works. */
const PASSWORD_LINK_SETTING = 'password-link/'

/** A link, and until when it works. Its secret stands after `#`, which browsers do not send. */
export interface SecretLink {
  readonly path: string
  readonly expiresAt: number
}

/** The ways to log in to the console: each begins a session, and returns its secret. */
export class Logins {
  readonly #accounts: Accounts
  readonly #sessions: Sessions
  readonly #failed: FailedLogins
  readonly #passwords: Passwords

  constructor(accounts: Accounts, sessions: Sessions, passwords = new Passwords()) {
    this.#passwords = passwords
    this.#accounts = accounts
    this.#sessions = sessions
    this.#failed = new FailedLogins(accounts.state, accounts.nowMs)
  }

  /** @throws AccountError `login-failed`; LimitError after many of these */
  async logIn(email: string, password: string, { network }: LoginPlace): Promise<string> {
    const key = emailKey(storableText(email))
    const attempt = await this.#failed.attempt(key, network)
    const user = await this.#accounts.state.db
      .selectFrom('users')
      .select(['id', 'passwordHash'])
      .where('emailKey', '=', key)
      .where('removedAt', 'is', null)
      .executeTakeFirst()
    const isRight = await this.#passwords.isRight(password, user?.passwordHash ?? null)
    if (user === undefined || !isRight) {
      throw new AccountError('login-failed', 'The email address or the password is wrong.')
    }
    await attempt.succeeded()
    return this.#begin(user.id)
  }

  /** The first admin of a server, by its set-up link. */
  async setUp(
    link: Pick<SetUpLink, 'createAdmin'>,
    { code, password, ...user }: { readonly code: string; readonly password: string } & NewAdmin,
    { network }: LoginPlace,
  ): Promise<string> {
    const attempt = await this.#failed.attempt('', network)
    const passwordHash = await this.#passwords.hash(password)
    const { id } = await link.createAdmin(code, { ...user, passwordHash })
    await attempt.succeeded()
    return this.#begin(id)
  }

  /** A new link for an invite that is pending; the one before works no more. */
  async linkInvite(actor: Actor, id: string): Promise<SecretLink> {
    const secret = newSecret()
    return changeAccounts(this.#accounts, actor, async ({ db, atMs, record }) => {
      const invite = await db
        .selectFrom('invites')
        .select(['id', 'email', 'expiresAt'])
        .where('id', '=', storableText(id))
        .where('acceptedAt', 'is', null)
        .where('deletedAt', 'is', null)
        .where('expiresAt', '>', atMs)
        .executeTakeFirst()
      if (invite === undefined) throw AccountError.notFound('Pending invite', id)
      await db
        .updateTable('invites')
        .set({ secretSha256: secretDigest(secret) })
        .where('id', '=', invite.id)
        .execute()
      await record('invite.link', invite.id)
      return { path: `/console/accept-invite#${secret}`, expiresAt: invite.expiresAt }
    })
  }

  /** The invite of a link becomes a user. @throws AccountError when it is none that works */
  async acceptInvite(
    { secret, name, password }: { readonly secret: string; readonly name: string; readonly password: string },
    { network }: LoginPlace,
  ): Promise<string> {
    const attempt = await this.#failed.attempt('', network)
    const passwordHash = await this.#passwords.hash(password)
    const user = await changeAccounts(this.#accounts, BY_LINK, async (change) => {
      const invite = await change.db
        .selectFrom('invites')
        .select(['email', 'role'])
        .where('secretSha256', '=', secretDigest(secret))
        .where('acceptedAt', 'is', null)
        .where('deletedAt', 'is', null)
        .where('expiresAt', '>', change.atMs)
        .executeTakeFirst()
      const role = ORGANIZATION_ROLES.find((one) => one === invite?.role)
      if (invite === undefined || role === undefined) throw uselessLink()
      return addUser(change, { email: invite.email, name, role }, passwordHash)
    })
    await attempt.succeeded()
    return this.#begin(user.id)
  }

  /** A link by which a user sets a password, of whom there may be several. */
  async linkPassword(actor: Actor, userId: string): Promise<SecretLink> {
    const secret = newSecret()
    return changeAccounts(this.#accounts, actor, async ({ db, atMs, record }) => {
      const user = await findUser(db, userId)
      const expiresAt = atMs + PASSWORD_LINK_MS
      const links = await db
        .selectFrom('settings')
        .select(['name', 'changedAt'])
        .where('name', 'like', `${PASSWORD_LINK_SETTING}%`)
        .execute()
      for (const { name, changedAt } of links) {
        if (changedAt + PASSWORD_LINK_MS <= atMs)
          await db.deleteFrom('settings').where('name', '=', name).execute()
      }
      await db
        .insertInto('settings')
        .values({ name: PASSWORD_LINK_SETTING + secretDigest(secret), value: user.id, changedAt: atMs })
        .execute()
      await record('user.password-link', user.id)
      return { path: `/console/set-password#${secret}`, expiresAt }
    })
  }

  /** Sets the password of the user of a link, ends all their sessions, and begins one. */
  async setPasswordByLink(secret: string, password: string, { network }: LoginPlace): Promise<string> {
    const attempt = await this.#failed.attempt('', network)
    const passwordHash = await this.#passwords.hash(password)
    const userId = await changeAccounts(this.#accounts, BY_LINK, async ({ db, atMs, record }) => {
      const name = PASSWORD_LINK_SETTING + secretDigest(secret)
      const link = await db
        .selectFrom('settings')
        .select(['value', 'changedAt'])
        .where('name', '=', name)
        .executeTakeFirst()
      if (link === undefined || link.changedAt + PASSWORD_LINK_MS <= atMs) throw uselessLink()
      const user = await findUser(db, link.value)
      await db.deleteFrom('settings').where('name', '=', name).execute()
      await db.updateTable('users').set({ passwordHash }).where('id', '=', user.id).execute()
      await endSessions(db, user.id)
      await record('user.set-password', user.id)
      return user.id
    })
    await attempt.succeeded()
    return this.#begin(userId)
  }

  /** Replaces the password of a user who knows it; all their other sessions end. */
  async changePassword(
    userId: string,
    { current, password }: { readonly current: string; readonly password: string },
    { network }: LoginPlace,
  ): Promise<string> {
    const attempt = await this.#failed.attempt(userId, network)
    const { passwordHash: stored } = await this.#accounts.state.db
      .selectFrom('users')
      .select('passwordHash')
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    if (!(await this.#passwords.isRight(current, stored))) {
      throw new AccountError('login-failed', 'current_password: it is not your password.')
    }
    await attempt.succeeded()
    const passwordHash = await this.#passwords.hash(password)
    const actor: Actor = { kind: 'user', id: userId, principalId: userId }
    await changeAccounts(this.#accounts, actor, async ({ db, record }) => {
      await db.updateTable('users').set({ passwordHash }).where('id', '=', userId).execute()
      await endSessions(db, userId)
      await record('user.set-password', userId)
    })
    return this.#begin(userId)
  }

  async #begin(userId: string): Promise<string> {
    const { state, nowMs } = this.#accounts
    const secret = await this.#sessions.begin(userId)
    const actor: Actor = { kind: 'user', id: userId, principalId: userId }
    await recordAuditEvent(state.db, {
      at: nowMs(),
      actor,
      action: 'user.log-in',
      subject: userId,
      detail: {},
    })
    return secret
  }
}

/** The first admin. */
export interface NewAdmin {
  readonly email: string
  readonly name: string
}

/** One who has a link that the server or an admin has made. */
const BY_LINK: Actor = { kind: 'link', id: '', principalId: null }

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

function uselessLink(): AccountError {
  return AccountError.invalid(
    'This link does not work: it is wrong, too old, or used. Ask for a new one where it came from.',
  )
}

import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { LimitError } from '../completion/limit-error.ts'
import type { Database } from '../state/database.ts'
import { AccountError } from './account-error.ts'
import { type AccountChange, type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { secretDigest } from './api-key-secret.ts'
import { addApiKey, type CreatedApiKey } from './create-api-key.ts'
import { addUser, type User } from './user.ts'

/** Where the page of the link is. */
export const SET_UP_PATH = '/set-up'

/** For how long a link works. */
const VALID_MS = 60 * 60_000
const CODE_BYTES = 32
/** The digests of codes are kept as settings of this name, with the time until which they are valid. */
const SETTING = 'set-up-link/'
/** Most wrong codes in a minute, so that a stranger cannot make the database work. */
const MAX_WRONG_CODES = 10
const WRONG_CODES_PERIOD_MS = 60_000

const ACTOR: Actor = { kind: 'set-up-link', id: '', principalId: null }

/**
 * A link that creates the first admin key, or the first user, who is an admin: it works once, for an hour, on every instance,
 * and only as long as there is neither. Its code is kept as a digest.
 */
export class SetUpLink {
  /** The path of the link. Its code stands after `#`, which browsers do not send, so that no proxy logs it. */
  readonly path: string
  readonly #accounts: Accounts
  readonly #ownDigest: string
  #wrongCodes = 0
  #periodEndMs = 0

  private constructor(accounts: Accounts, code: string) {
    this.path = `${SET_UP_PATH}#${code}`
    this.#accounts = accounts
    this.#ownDigest = secretDigest(code)
  }

  /** Makes a link; null where there is an admin key already. */
  static async open(accounts: Accounts): Promise<SetUpLink | null> {
    const code = randomBytes(CODE_BYTES).toString('base64url')
    const isNeeded = await changeAccounts(accounts, ACTOR, async ({ db, atMs }) => {
      if ((await hasAdminKey(db, atMs)) || (await hasAdminUser(db))) return false
      for (const { name, value } of await storedLinks(db))
        if (Number(value) <= atMs) await removeLink(db, name)
      await db
        .insertInto('settings')
        .values({ name: SETTING + secretDigest(code), value: String(atMs + VALID_MS), changedAt: atMs })
        .execute()
      return true
    })
    return isNeeded ? new SetUpLink(accounts, code) : null
  }

  /**
   * Creates the first admin key, after which no link works any more.
   *
   * @throws AccountError when the code is not that of a link that works; LimitError after many of these
   */
  createAdminKey(code: string, name: string): Promise<CreatedApiKey> {
    return this.#use(code, (change) =>
      addApiKey(change, this.#accounts.state, { kind: 'admin', name, actor: ACTOR }),
    )
  }

  /**
   * Creates the first user, an admin who logs in to the console, after which no link works any more.
   *
   * @throws AccountError when the code is not that of a link that works; LimitError after many of these
   */
  createAdmin(
    code: string,
    {
      email,
      name,
      passwordHash,
    }: { readonly email: string; readonly name: string; readonly passwordHash: string },
  ): Promise<Pick<User, 'id'>> {
    return this.#use(code, (change) => addUser(change, { email, name, role: 'admin' }, passwordHash))
  }

  /** Makes what there is to be first, and ends all links. */
  #use<Made>(code: string, make: (change: AccountChange) => Promise<Made>): Promise<Made> {
    const digest = secretDigest(code)
    if (digest !== this.#ownDigest) this.#countWrongCode()
    return changeAccounts(this.#accounts, ACTOR, async (change) => {
      const { db, atMs } = change
      if (await hasAdminKey(db, atMs)) {
        throw AccountError.invalid(
          'This server has an admin key already. Create others with "continuo admin-key create", or POST /continuo/admin_keys.',
        )
      }
      if (await hasAdminUser(db)) {
        throw AccountError.invalid('This server has an admin already: ask them for an invite.')
      }
      const links = await storedLinks(db)
      const link = links.find((each) => each.name === SETTING + digest)
      if (link === undefined || Number(link.value) <= atMs) {
        throw AccountError.invalid(
          'This link does not work: it is wrong, older than an hour, or used. Restart the server for a new one, or run "continuo admin-key create".',
        )
      }
      for (const each of links) await removeLink(db, each.name)
      return make(change)
    })
  }

  /** Codes of other instances' links count too: only the database knows them from wrong ones. */
  #countWrongCode(): void {
    const nowMs = this.#accounts.nowMs()
    if (nowMs >= this.#periodEndMs) {
      this.#periodEndMs = nowMs + WRONG_CODES_PERIOD_MS
      this.#wrongCodes = 0
    }
    this.#wrongCodes += 1
    if (this.#wrongCodes <= MAX_WRONG_CODES) return
    const retryAfterMs = Math.max(1, this.#periodEndMs - nowMs)
    throw new LimitError('rate-limited', 'Too many codes were wrong. Please try again in a minute.', {
      ...{ status: {}, retryAfterMs },
    })
  }
}

async function hasAdminKey(db: Kysely<Database>, nowMs: number): Promise<boolean> {
  const key = await db
    .selectFrom('apiKeys')
    .select('id')
    .where('kind', '=', 'admin')
    .where('status', '=', 'active')
    .where(({ eb, or }) => or([eb('expiresAt', 'is', null), eb('expiresAt', '>', nowMs)]))
    .executeTakeFirst()
  return key !== undefined
}

/** Whether an admin can log in. */
async function hasAdminUser(db: Kysely<Database>): Promise<boolean> {
  const user = await db
    .selectFrom('users')
    .select('id')
    .where('role', 'in', ['admin', 'owner', 'primary_owner'])
    .where('removedAt', 'is', null)
    .where('passwordHash', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return user !== undefined
}

function storedLinks(db: Kysely<Database>) {
  return db.selectFrom('settings').select(['name', 'value']).where('name', 'like', `${SETTING}%`).execute()
}

async function removeLink(db: Kysely<Database>, name: string): Promise<void> {
  await db.deleteFrom('settings').where('name', '=', name).execute()
}

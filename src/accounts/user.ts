import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import type { Page } from '../state/page.ts'
import { storableText } from '../state/storable-text.ts'
import type { UsersTable } from '../state/tables/users-table.ts'
import { AccountError } from './account-error.ts'
import { newAccountId } from './account-id.ts'
import { type AccountChange, type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { emailKey } from './email-key.ts'
import { API_KEYS_TOPIC } from './key-directory.ts'
import { type ListRequest, readListPage } from './list-request.ts'
import type { OrganizationRole } from './role.ts'

/** A member of the organization. */
export interface User extends Pick<UsersTable, 'id' | 'email' | 'name' | 'addedAt'> {
  readonly role: string
}

const COLUMNS = ['id', 'email', 'name', 'role', 'addedAt'] as const

/** Which users are listed. */
export interface UserFilter {
  readonly email?: string | undefined
  /** Any of these; all roles if there are none. */
  readonly roles: readonly string[]
}

export function listUsers(
  { state: { db } }: Accounts,
  filter: UserFilter,
  request: ListRequest,
): Promise<Page<User>> {
  let query = db.selectFrom('users').select(COLUMNS).where('removedAt', 'is', null)
  if (filter.email !== undefined) query = query.where('emailKey', '=', emailKey(storableText(filter.email)))
  if (filter.roles.length > 0) query = query.where('role', 'in', filter.roles.map(storableText))
  return readListPage(db, query, { table: 'users', at: 'addedAt', kind: 'user' }, request)
}

/** @throws AccountError `account-not-found` */
export function readUser({ state: { db } }: Accounts, id: string): Promise<User> {
  return findUser(db, id)
}

/** Whether the organization has a member. */
export async function hasUsers({ state: { relaxed } }: Accounts): Promise<boolean> {
  const user = await relaxed
    .selectFrom('users')
    .select('id')
    .where('removedAt', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return user !== undefined
}

/** The user of an id who is still a member. @throws AccountError `account-not-found` */
export async function findUser(db: Kysely<Database>, id: string): Promise<User> {
  const user = await db
    .selectFrom('users')
    .select(COLUMNS)
    .where('id', '=', storableText(id))
    .where('removedAt', 'is', null)
    .executeTakeFirst()
  if (user === undefined) throw AccountError.notFound('User', id)
  return user
}

export interface NewUser {
  readonly email: string
  readonly name: string
  readonly role: OrganizationRole
}

/**
 * Adds a user without an invite. One that is pending for the address counts as accepted.
 *
 * @throws AccountError `already-member`
 */
export function createUser(accounts: Accounts, actor: Actor, asked: NewUser): Promise<User> {
  return changeAccounts(accounts, actor, (change) => addUser(change, asked, null))
}

/** The same within a change. */
export async function addUser(
  { db, atMs, record }: AccountChange,
  asked: NewUser,
  passwordHash: string | null,
): Promise<User> {
  const email = storableText(asked.email)
  const key = emailKey(email)
  await refuseMember(db, key)
  const { role } = asked
  const user = { id: newAccountId('user'), email, name: storableText(asked.name), role, addedAt: atMs }
  await db
    .insertInto('users')
    .values({ ...user, emailKey: key, passwordHash })
    .execute()
  await db
    .updateTable('invites')
    .set({ acceptedAt: atMs, secretSha256: null })
    .where('emailKey', '=', key)
    .where('acceptedAt', 'is', null)
    .where('deletedAt', 'is', null)
    .where('expiresAt', '>', atMs)
    .execute()
  await record('user.create', user.id, { email, role })
  return user
}

/** Refuses an address that a member has. @throws AccountError `already-member` */
export async function refuseMember(db: Kysely<Database>, key: string): Promise<void> {
  const user = await db
    .selectFrom('users')
    .select('id')
    .where('emailKey', '=', key)
    .where('removedAt', 'is', null)
    .executeTakeFirst()
  if (user === undefined) return
  throw new AccountError('already-member', `email: user \`${user.id}\` has this address already.`)
}

/** Gives a user another role. Admins keep theirs. */
export function updateUser(
  accounts: Accounts,
  actor: Actor,
  id: string,
  { role }: { readonly role: OrganizationRole },
): Promise<User> {
  return changeAccounts(accounts, actor, async ({ db, record }) => {
    const user = await findUser(db, id)
    refuseAdmin(user, 'changed')
    await db.updateTable('users').set({ role }).where('id', '=', user.id).execute()
    await record('user.update', user.id, { role: { from: user.role, to: role } })
    return { ...user, role }
  })
}

/**
 * Removes a user: logins end, memberships of workspaces end, and keys that stand for the user are archived. Keys of
 * workspaces that the user made stay.
 */
export function removeUser(accounts: Accounts, actor: Actor, id: string): Promise<User> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record, announce }) => {
    await announce(API_KEYS_TOPIC)
    const user = await findUser(db, id)
    const other = await db
      .selectFrom('users')
      .select('id')
      .where('removedAt', 'is', null)
      .where('id', '!=', user.id)
      .limit(1)
      .executeTakeFirst()
    if (other === undefined) {
      throw new AccountError(
        'cannot-remove-last-member',
        `User \`${user.id}\` is the organization's only member. Add another member before removing this one.`,
      )
    }
    refuseAdmin(user, 'removed')
    await db
      .updateTable('users')
      .set({ removedAt: atMs, oidcSubject: null })
      .where('id', '=', user.id)
      .execute()
    await endSessions(db, user.id)
    await db.deleteFrom('workspaceMembers').where('userId', '=', user.id).execute()
    await db.updateTable('apiKeys').set({ status: 'archived' }).where('principalId', '=', user.id).execute()
    await record('user.remove', user.id, { email: user.email, role: user.role })
    return user
  })
}

/** Ends every login of a user. */
export function signOutUser(accounts: Accounts, actor: Actor, id: string): Promise<User> {
  return changeAccounts(accounts, actor, async ({ db, record }) => {
    const user = await findUser(db, id)
    await endSessions(db, user.id)
    await record('user.sign-out', user.id)
    return user
  })
}

/** Ends every login of a user, within a change. */
export async function endSessions(db: Kysely<Database>, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('userId', '=', userId).execute()
}

/** The API does not give these roles, and does not take them away. */
const PROTECTED_ROLES: readonly string[] = ['admin', 'owner', 'primary_owner']

function refuseAdmin({ id, role }: User, change: 'changed' | 'removed'): void {
  if (!PROTECTED_ROLES.includes(role)) return
  throw AccountError.invalid(`User \`${id}\` is an admin: admins cannot be ${change} through the API.`)
}

import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import { storableText } from '../state/storable-text.ts'
import type { ServiceAccountsTable } from '../state/tables/service-accounts-table.ts'
import { AccountError } from './account-error.ts'
import { newAccountId } from './account-id.ts'
import { type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { type CursorPage, type CursorRequest, readCursorPage } from './cursor-page.ts'
import { API_KEYS_TOPIC } from './key-directory.ts'
import type { ServiceAccountRole } from './role.ts'

/** What a program acts as, where a person would be a user. */
export type ServiceAccount = ServiceAccountsTable

export interface NewServiceAccount {
  readonly name: string
  readonly description?: string | undefined
  readonly organizationRole?: ServiceAccountRole | undefined
}

/** What changes. A name is kept for ever. */
export interface ServiceAccountChange {
  readonly description?: string | undefined
  readonly organizationRole?: ServiceAccountRole | undefined
}

export function listServiceAccounts(
  { state: { db } }: Accounts,
  { includesArchived }: { readonly includesArchived: boolean },
  request: CursorRequest,
): Promise<CursorPage<ServiceAccount>> {
  let query = db.selectFrom('serviceAccounts').selectAll()
  if (!includesArchived) query = query.where('archivedAt', 'is', null)
  return readCursorPage(
    query,
    {
      at: 'serviceAccounts.createdAt',
      id: 'serviceAccounts.id',
      placeOf: ({ createdAt, id }) => ({ at: createdAt, id }),
    },
    request,
  )
}

/** @throws AccountError `account-not-found` */
export function readServiceAccount({ state: { db } }: Accounts, id: string): Promise<ServiceAccount> {
  return findServiceAccount(db, id)
}

/** @throws AccountError `account-not-found` */
export async function findServiceAccount(db: Kysely<Database>, id: string): Promise<ServiceAccount> {
  const row = await db
    .selectFrom('serviceAccounts')
    .selectAll()
    .where('id', '=', storableText(id))
    .executeTakeFirst()
  if (row === undefined) throw AccountError.notFound('Service account', id)
  return row
}

/** @throws AccountError `account-request-invalid` */
export function refuseArchived({ id, archivedAt }: ServiceAccount): void {
  if (archivedAt !== null) throw AccountError.invalid(`Service account \`${id}\` is archived.`)
}

/** @throws AccountError `account-name-taken` */
export function createServiceAccount(
  accounts: Accounts,
  actor: Actor,
  { name, description, organizationRole = 'developer' }: NewServiceAccount,
): Promise<ServiceAccount> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record }) => {
    const namesake = await db
      .selectFrom('serviceAccounts')
      .select('id')
      .where('name', '=', name)
      .where('archivedAt', 'is', null)
      .executeTakeFirst()
    if (namesake !== undefined) {
      throw new AccountError('account-name-taken', `name: service account \`${namesake.id}\` has this name.`)
    }
    const account: ServiceAccount = {
      id: newAccountId('svac'),
      name,
      description: description === undefined ? null : storableText(description),
      organizationRole,
      createdAt: atMs,
      createdByActorId: actor.principalId,
      updatedAt: atMs,
      updatedByActorId: null,
      archivedAt: null,
      archivedByActorId: null,
    }
    await db.insertInto('serviceAccounts').values(account).execute()
    await record('service-account.create', account.id, { name, organizationRole })
    return account
  })
}

export function updateServiceAccount(
  accounts: Accounts,
  actor: Actor,
  id: string,
  { description, organizationRole }: ServiceAccountChange,
): Promise<ServiceAccount> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record }) => {
    const account = await findServiceAccount(db, id)
    refuseArchived(account)
    const changed: ServiceAccount = {
      ...account,
      description: description === undefined ? account.description : storableText(description),
      organizationRole: organizationRole ?? account.organizationRole,
      updatedAt: atMs,
      updatedByActorId: actor.principalId,
    }
    const { id: _, ...columns } = changed
    await db.updateTable('serviceAccounts').set(columns).where('id', '=', account.id).execute()
    await record('service-account.update', account.id, { description, organizationRole })
    return changed
  })
}

/** Archives a service account and the keys that stand for it, for ever. A second time changes nothing. */
export function archiveServiceAccount(accounts: Accounts, actor: Actor, id: string): Promise<ServiceAccount> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record, announce }) => {
    await announce(API_KEYS_TOPIC)
    const account = await findServiceAccount(db, id)
    if (account.archivedAt !== null) return account
    const archived = { archivedAt: atMs, archivedByActorId: actor.principalId }
    await db.updateTable('serviceAccounts').set(archived).where('id', '=', account.id).execute()
    await db
      .updateTable('apiKeys')
      .set({ status: 'archived' })
      .where('principalId', '=', account.id)
      .execute()
    await record('service-account.archive', account.id)
    return { ...account, ...archived }
  })
}

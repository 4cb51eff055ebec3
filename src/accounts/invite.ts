import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import type { Page } from '../state/page.ts'
import { storableText } from '../state/storable-text.ts'
import type { InvitesTable } from '../state/tables/invites-table.ts'
import { AccountError } from './account-error.ts'
import { newAccountId } from './account-id.ts'
import { type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { emailKey } from './email-key.ts'
import { type ListRequest, readListPage } from './list-request.ts'
import type { OrganizationRole } from './role.ts'
import { refuseMember } from './user.ts'

/** How long an invite can be accepted. @see the Admin API's guide: 21 days, which cannot be changed */
const INVITE_TTL_MS = 21 * 24 * 60 * 60 * 1000

export type InviteStatus = 'pending' | 'accepted' | 'expired' | 'deleted'

/** An invitation to the organization. */
export interface Invite
  extends Pick<InvitesTable, 'id' | 'email' | 'invitedAt' | 'expiresAt' | 'acceptedAt'> {
  readonly role: string
  readonly status: InviteStatus
}

type InviteRow = Omit<Invite, 'status'> & Pick<InvitesTable, 'deletedAt'>

const COLUMNS = ['id', 'email', 'role', 'invitedAt', 'expiresAt', 'acceptedAt', 'deletedAt'] as const

/** Which invites are listed. Deleted ones never are. */
export interface InviteFilter {
  readonly email?: string | undefined
  readonly roles: readonly string[]
  /** Any of these; all but `deleted` if there are none. */
  readonly statuses: readonly string[]
}

export async function listInvites(
  { state: { db }, nowMs }: Accounts,
  { email, roles, statuses }: InviteFilter,
  request: ListRequest,
): Promise<Page<Invite>> {
  const now = nowMs()
  let query = db.selectFrom('invites').select(COLUMNS).where('deletedAt', 'is', null)
  if (email !== undefined) query = query.where('emailKey', '=', emailKey(storableText(email)))
  if (roles.length > 0) query = query.where('role', 'in', roles.map(storableText))
  if (statuses.length > 0) {
    query = query.where(({ eb, or, and }) =>
      or([
        ...(statuses.includes('accepted') ? [eb('acceptedAt', 'is not', null)] : []),
        ...(statuses.includes('expired')
          ? [and([eb('acceptedAt', 'is', null), eb('expiresAt', '<=', now)])]
          : []),
        ...(statuses.includes('pending')
          ? [and([eb('acceptedAt', 'is', null), eb('expiresAt', '>', now)])]
          : []),
      ]),
    )
  }
  const page = await readListPage(db, query, { table: 'invites', at: 'invitedAt', kind: 'invite' }, request)
  return { ...page, rows: page.rows.map((row) => inviteOf(row, now)) }
}

/** @throws AccountError `account-not-found` */
export function readInvite({ state: { db }, nowMs }: Accounts, id: string): Promise<Invite> {
  return findInvite(db, id, nowMs())
}

/** @throws AccountError `already-member`, `invite-already-exists` */
export function createInvite(
  accounts: Accounts,
  actor: Actor,
  { email, role }: { readonly email: string; readonly role: OrganizationRole },
): Promise<Invite> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record }) => {
    await refuseKnownAddress(db, emailKey(storableText(email)), atMs)
    const row = newInviteRow({ email, role }, atMs)
    await db
      .insertInto('invites')
      .values({ ...row, invitedBy: actor.principalId })
      .execute()
    await record('invite.create', row.id, { email: row.email, role })
    return inviteOf(row, atMs)
  })
}

/** The row of an invite that is pending. */
export function newInviteRow(
  { email, role }: { readonly email: string; readonly role: string },
  atMs: number,
) {
  const address = storableText(email)
  return {
    id: newAccountId('invite'),
    email: address,
    emailKey: emailKey(address),
    role,
    invitedAt: atMs,
    expiresAt: atMs + INVITE_TTL_MS,
    acceptedAt: null,
    deletedAt: null,
  }
}

/** Withdraws a pending invite. A second time changes nothing. */
export function deleteInvite(accounts: Accounts, actor: Actor, id: string): Promise<Invite> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record }) => {
    const invite = await findInvite(db, id, atMs)
    if (invite.status === 'deleted') return invite
    if (invite.status !== 'pending') {
      throw AccountError.invalid(
        `Invite \`${invite.id}\` is ${invite.status}: only pending invites can be deleted.`,
      )
    }
    await db
      .updateTable('invites')
      .set({ deletedAt: atMs, secretSha256: null })
      .where('id', '=', invite.id)
      .execute()
    await record('invite.delete', invite.id, { email: invite.email })
    return { ...invite, status: 'deleted' as const }
  })
}

async function refuseKnownAddress(db: Kysely<Database>, key: string, now: number): Promise<void> {
  await refuseMember(db, key)
  const invite = await db
    .selectFrom('invites')
    .select('id')
    .where('emailKey', '=', key)
    .where('acceptedAt', 'is', null)
    .where('deletedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  if (invite !== undefined) {
    throw new AccountError(
      'invite-already-exists',
      `email: invite \`${invite.id}\` for this address is pending.`,
    )
  }
}

async function findInvite(db: Kysely<Database>, id: string, now: number): Promise<Invite> {
  const row = await db
    .selectFrom('invites')
    .select(COLUMNS)
    .where('id', '=', storableText(id))
    .executeTakeFirst()
  if (row === undefined) throw AccountError.notFound('Invite', id)
  return inviteOf(row, now)
}

function inviteOf(
  { id, email, role, invitedAt, expiresAt, acceptedAt, deletedAt }: InviteRow,
  now: number,
): Invite {
  const row = { id, email, role, invitedAt, expiresAt, acceptedAt }
  if (row.acceptedAt !== null) return { ...row, status: 'accepted' }
  if (deletedAt !== null) return { ...row, status: 'deleted' }
  return { ...row, status: row.expiresAt <= now ? 'expired' : 'pending' }
}

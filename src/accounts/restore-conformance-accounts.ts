import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import { announceChange } from '../state/changes.ts'
import type { Database } from '../state/database.ts'
import { ACCOUNTS_TOPIC, type Accounts } from './accounts.ts'
import { secretDigest } from './api-key-secret.ts'
import { emailKey } from './email-key.ts'
import { newInviteRow } from './invite.ts'
import type { ConformanceAccounts } from './settings.ts'
import { newWorkspace, workspaceRow } from './workspace.ts'

/** What is emptied; the default workspace and the keys of the configuration stay. */
const TABLES = [
  'users',
  'invites',
  'workspaceMembers',
  'serviceAccounts',
  'serviceAccountWorkspaces',
  'auditEvents',
] as const

/** Replaces users, workspaces and the like by the rows of the profile for test suites. */
export async function restoreConformanceAccounts(
  { state, nowMs }: Pick<Accounts, 'state' | 'nowMs'>,
  rows: ConformanceAccounts,
): Promise<void> {
  const atMs = nowMs()
  await state.db.transaction().execute(async (db) => {
    await announceChange(db, ACCOUNTS_TOPIC)
    for (const table of TABLES) await db.deleteFrom(table).execute()
    await db.deleteFrom('workspaces').where('isDefault', '=', 0).execute()
    await db.deleteFrom('apiKeys').where('origin', '=', 'console').execute()
    await addPeople(db, rows, atMs)
    await addWorkspaces(db, rows, atMs)
    await addKeys(db, rows, atMs)
    await addServiceAccounts(db, rows, atMs)
  })
}

async function addPeople(
  db: Kysely<Database>,
  { users, invites }: ConformanceAccounts,
  atMs: number,
): Promise<void> {
  for (const user of users) {
    await db
      .insertInto('users')
      .values({ ...user, emailKey: emailKey(user.email), addedAt: atMs })
      .execute()
  }
  for (const { id, email, role } of invites) {
    await db
      .insertInto('invites')
      .values({ ...newInviteRow({ email, role }, atMs), id })
      .execute()
  }
}

async function addWorkspaces(
  db: Kysely<Database>,
  { workspaces }: ConformanceAccounts,
  atMs: number,
): Promise<void> {
  for (const { id, name, members } of workspaces) {
    await db
      .insertInto('workspaces')
      .values(workspaceRow(newWorkspace({ name }, { id, createdAt: atMs })))
      .execute()
    for (const member of members) {
      await db
        .insertInto('workspaceMembers')
        .values({ ...member, workspaceId: id, addedAt: atMs })
        .execute()
    }
  }
}

async function addKeys(db: Kysely<Database>, { apiKeys }: ConformanceAccounts, atMs: number): Promise<void> {
  for (const { id, name, workspaceId = DEFAULT_WORKSPACE_ID } of apiKeys) {
    await db
      .insertInto('apiKeys')
      .values({
        ...{ id, name, workspaceId },
        // No secret has it.
        secretSha256: secretDigest(randomUUID()),
        kind: 'api',
        createdAt: atMs,
        status: 'active',
        origin: 'console',
      })
      .execute()
  }
}

async function addServiceAccounts(
  db: Kysely<Database>,
  { serviceAccounts }: ConformanceAccounts,
  atMs: number,
): Promise<void> {
  for (const { workspaces, ...account } of serviceAccounts) {
    await db
      .insertInto('serviceAccounts')
      .values({ ...account, createdAt: atMs, updatedAt: atMs })
      .execute()
    for (const workspace of workspaces) {
      await db
        .insertInto('serviceAccountWorkspaces')
        .values({ ...workspace, serviceAccountId: account.id, createdAt: atMs })
        .execute()
    }
  }
}

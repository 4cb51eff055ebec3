import type { Kysely } from 'kysely'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import type { ServiceAccountWorkspacesTable } from '../state/tables/service-account-workspaces-table.ts'
import { AccountError } from './account-error.ts'
import { type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { type CursorPage, type CursorRequest, readCursorPage } from './cursor-page.ts'
import type { WorkspaceRole } from './role.ts'
import { findServiceAccount, refuseArchived, type ServiceAccount } from './service-account.ts'
import { findOpenWorkspace, type Workspace } from './workspace.ts'
import { shownWorkspaceId, storedWorkspaceId } from './workspace-id.ts'

/** A service account in a workspace. */
export interface ServiceAccountWorkspace extends ServiceAccountWorkspacesTable {
  /** Whether it is the membership of the default workspace that every service account has. */
  readonly isImplicit: boolean
}

/** Which service account in which workspace. */
export interface ServiceAccountWorkspaceIds {
  readonly serviceAccountId: string
  readonly workspaceId: string
}

/**
 * The workspaces of a service account. The first page begins with the membership that every service account has, unless it
 * was given a role there; this one does not count toward the limit.
 */
export async function listWorkspacesOfServiceAccount(
  { state }: Accounts,
  serviceAccountId: string,
  request: CursorRequest,
): Promise<CursorPage<ServiceAccountWorkspace>> {
  const account = await findServiceAccount(state.db, serviceAccountId)
  if (account.archivedAt !== null) return { rows: [], nextPage: null }
  const { rows, nextPage } = await readCursorPage(
    state.db.selectFrom('serviceAccountWorkspaces').selectAll().where('serviceAccountId', '=', account.id),
    {
      at: 'serviceAccountWorkspaces.createdAt',
      id: 'serviceAccountWorkspaces.workspaceId',
      placeOf: ({ createdAt, workspaceId }) => ({ at: createdAt, id: workspaceId }),
    },
    request,
  )
  const given = rows.map((row) => shown(state, givenMembership(row)))
  if (request.page !== undefined) return { rows: given, nextPage }
  if ((await findGiven(state.db, account.id, DEFAULT_WORKSPACE_ID)) !== null) return { rows: given, nextPage }
  return { rows: [shown(state, implicitMembership(account)), ...given], nextPage }
}

/** The service accounts that were given a role in a workspace. */
export async function listServiceAccountsOfWorkspace(
  { state }: Accounts,
  workspaceId: string,
  request: CursorRequest,
): Promise<CursorPage<ServiceAccountWorkspace>> {
  const workspace = await findOpenWorkspace(state.db, storedWorkspaceId(state, workspaceId))
  const { rows, nextPage } = await readCursorPage(
    state.db
      .selectFrom('serviceAccountWorkspaces')
      .innerJoin('serviceAccounts', 'serviceAccounts.id', 'serviceAccountWorkspaces.serviceAccountId')
      .selectAll('serviceAccountWorkspaces')
      .where('serviceAccountWorkspaces.workspaceId', '=', workspace.id)
      .where('serviceAccounts.archivedAt', 'is', null),
    {
      at: 'serviceAccountWorkspaces.createdAt',
      id: 'serviceAccountWorkspaces.serviceAccountId',
      placeOf: ({ createdAt, serviceAccountId }) => ({ at: createdAt, id: serviceAccountId }),
    },
    request,
  )
  return { rows: rows.map((row) => shown(state, givenMembership(row))), nextPage }
}

/** @throws AccountError `account-not-found` */
export async function readServiceAccountWorkspace(
  { state }: Accounts,
  ids: ServiceAccountWorkspaceIds,
): Promise<ServiceAccountWorkspace> {
  const { workspace, account } = await findBoth(state, state.db, ids)
  if (account.archivedAt !== null) throw AccountError.notFound('Service account', ids.serviceAccountId)
  const given = await findGiven(state.db, account.id, workspace.id)
  if (given !== null) return shown(state, given)
  if (workspace.isDefault) return shown(state, implicitMembership(account))
  throw memberNotFound(ids)
}

/** Gives a service account a role in a workspace; where it has one, the new one replaces it. */
export function addServiceAccountWorkspace(
  accounts: Accounts,
  actor: Actor,
  { role, ...ids }: ServiceAccountWorkspaceIds & { readonly role: WorkspaceRole },
): Promise<ServiceAccountWorkspace> {
  const { state } = accounts
  return changeAccounts(accounts, actor, async ({ db, atMs, record }) => {
    const { workspace, account } = await findBoth(state, db, ids)
    refuseArchived(account)
    const given = await findGiven(db, account.id, workspace.id)
    const row: ServiceAccountWorkspacesTable = {
      serviceAccountId: account.id,
      workspaceId: workspace.id,
      createdAt: given?.createdAt ?? atMs,
      createdByActorId: given === null ? actor.principalId : given.createdByActorId,
      role,
    }
    await db
      .insertInto('serviceAccountWorkspaces')
      .values(row)
      .onConflict((conflict) => conflict.columns(['serviceAccountId', 'workspaceId']).doUpdateSet({ role }))
      .execute()
    await record('service-account-workspace.add', account.id, { workspaceId: workspace.id, role })
    return shown(state, givenMembership(row))
  })
}

/** Changes a role that was given. */
export function updateServiceAccountWorkspace(
  accounts: Accounts,
  actor: Actor,
  { role, ...ids }: ServiceAccountWorkspaceIds & { readonly role: WorkspaceRole },
): Promise<ServiceAccountWorkspace> {
  const { state } = accounts
  return changeAccounts(accounts, actor, async ({ db, record }) => {
    const { workspace, account } = await findBoth(state, db, ids)
    refuseArchived(account)
    const given = await findGiven(db, account.id, workspace.id)
    if (given === null) throw memberNotFound(ids)
    await db
      .updateTable('serviceAccountWorkspaces')
      .set({ role })
      .where('serviceAccountId', '=', account.id)
      .where('workspaceId', '=', workspace.id)
      .execute()
    await record('service-account-workspace.update', account.id, { workspaceId: workspace.id, role })
    return shown(state, { ...given, role })
  })
}

/** Takes a role back. Where there is none, that is no error. */
export function removeServiceAccountWorkspace(
  accounts: Accounts,
  actor: Actor,
  ids: ServiceAccountWorkspaceIds,
): Promise<ServiceAccountWorkspaceIds> {
  const { state } = accounts
  return changeAccounts(accounts, actor, async ({ db, record }) => {
    const { workspace, account } = await findBoth(state, db, ids)
    const { numDeletedRows } = await db
      .deleteFrom('serviceAccountWorkspaces')
      .where('serviceAccountId', '=', account.id)
      .where('workspaceId', '=', workspace.id)
      .executeTakeFirstOrThrow()
    if (numDeletedRows > 0n) {
      await record('service-account-workspace.remove', account.id, { workspaceId: workspace.id })
    }
    return { serviceAccountId: account.id, workspaceId: shownWorkspaceId(state, workspace.id) }
  })
}

async function findBoth(
  state: State,
  db: Kysely<Database>,
  { serviceAccountId, workspaceId }: ServiceAccountWorkspaceIds,
): Promise<{ readonly workspace: Workspace; readonly account: ServiceAccount }> {
  const workspace = await findOpenWorkspace(db, storedWorkspaceId(state, workspaceId))
  return { workspace, account: await findServiceAccount(db, serviceAccountId) }
}

async function findGiven(
  db: Kysely<Database>,
  serviceAccountId: string,
  workspaceId: string,
): Promise<ServiceAccountWorkspace | null> {
  const row = await db
    .selectFrom('serviceAccountWorkspaces')
    .selectAll()
    .where('serviceAccountId', '=', serviceAccountId)
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirst()
  return row === undefined ? null : givenMembership(row)
}

function givenMembership(row: ServiceAccountWorkspacesTable): ServiceAccountWorkspace {
  return { ...row, isImplicit: false }
}

/** The membership of the default workspace that a service account has unless it was given a role there. */
function implicitMembership({ id, createdAt }: ServiceAccount): ServiceAccountWorkspace {
  return {
    serviceAccountId: id,
    workspaceId: DEFAULT_WORKSPACE_ID,
    role: 'workspace_user',
    createdAt,
    createdByActorId: null,
    isImplicit: true,
  }
}

function shown(state: State, membership: ServiceAccountWorkspace): ServiceAccountWorkspace {
  return { ...membership, workspaceId: shownWorkspaceId(state, membership.workspaceId) }
}

function memberNotFound({ serviceAccountId, workspaceId }: ServiceAccountWorkspaceIds): AccountError {
  return AccountError.notFound(`Service account of workspace \`${workspaceId}\``, serviceAccountId)
}

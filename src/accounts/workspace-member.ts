import { type Kysely, sql } from 'kysely'
import type { Database } from '../state/database.ts'
import { type Page, readPage } from '../state/page.ts'
import { AccountError } from './account-error.ts'
import { type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { type ListRequest, placeFinder } from './list-request.ts'
import type { WorkspaceRole } from './role.ts'
import { findUser, type User } from './user.ts'
import { findOpenWorkspace, findWorkspace, type Workspace } from './workspace.ts'
import { storedWorkspaceId } from './workspace-id.ts'

/** A user in a workspace. */
export interface WorkspaceMember {
  readonly workspaceId: string
  readonly userId: string
  readonly role: string
  readonly addedAt: number
}

/** The members of a workspace, also by their role in the organization; those added last come first. */
export async function listWorkspaceMembers(
  { state }: Accounts,
  workspaceId: string,
  request: ListRequest,
): Promise<Page<WorkspaceMember>> {
  const { db } = state
  const { id } = await findMemberWorkspace(db, storedWorkspaceId(state, workspaceId))
  const { rows, hasMore } = await readPage(
    db.selectFrom(membersOf(db, id).as('workspaceMembers')).selectAll('workspaceMembers'),
    {
      at: 'workspaceMembers.addedAt',
      id: 'workspaceMembers.userId',
      placeOf: placeFinder('user', request, (userId) => findPlace(db, id, userId)),
    },
    request,
  )
  return { rows: rows.map((row) => memberOf(row)), hasMore }
}

/** @throws AccountError `account-not-found` */
export async function readWorkspaceMember(
  { state }: Accounts,
  workspaceId: string,
  userId: string,
): Promise<WorkspaceMember> {
  const { db } = state
  const workspace = await findMemberWorkspace(db, storedWorkspaceId(state, workspaceId))
  return findMember(db, workspace, await findUser(db, userId))
}

export function addWorkspaceMember(
  accounts: Accounts,
  actor: Actor,
  workspaceId: string,
  { userId, role }: { readonly userId: string; readonly role: WorkspaceRole },
): Promise<WorkspaceMember> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record }) => {
    const workspace = await findChangeableWorkspace(db, storedWorkspaceId(accounts.state, workspaceId))
    const user = await findUser(db, userId)
    const inherited = inheritedRole(user)
    if (inherited === 'workspace_admin') throw inheritedRoleError(user, inherited)
    const member = { workspaceId: workspace.id, userId: user.id, role, addedAt: atMs }
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('workspaceMembers')
      .values(member)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (numInsertedOrUpdatedRows !== 1n) {
      throw AccountError.invalid(
        `User \`${user.id}\` is a member of workspace \`${workspace.id}\` already: update the member instead.`,
      )
    }
    await record('workspace-member.add', workspace.id, { userId: user.id, role })
    return member
  })
}

export function updateWorkspaceMember(
  accounts: Accounts,
  actor: Actor,
  {
    workspaceId,
    userId,
    role,
  }: Pick<WorkspaceMember, 'workspaceId' | 'userId'> & { readonly role: WorkspaceRole },
): Promise<WorkspaceMember> {
  return changeAccounts(accounts, actor, async ({ db, record }) => {
    const { member, user } = await findChangeableMember(
      db,
      storedWorkspaceId(accounts.state, workspaceId),
      userId,
    )
    if (role === 'workspace_billing' && inheritedRole(user) !== role) {
      throw AccountError.invalid(
        'workspace_role: workspace_billing comes with the role billing in the organization and cannot be given',
      )
    }
    await db
      .updateTable('workspaceMembers')
      .set({ role })
      .where('workspaceId', '=', member.workspaceId)
      .where('userId', '=', member.userId)
      .execute()
    await record('workspace-member.update', member.workspaceId, {
      userId: member.userId,
      role: { from: member.role, to: role },
    })
    return { ...member, role }
  })
}

export function removeWorkspaceMember(
  accounts: Accounts,
  actor: Actor,
  workspaceId: string,
  userId: string,
): Promise<WorkspaceMember> {
  return changeAccounts(accounts, actor, async ({ db, record }) => {
    const { member } = await findChangeableMember(db, storedWorkspaceId(accounts.state, workspaceId), userId)
    await db
      .deleteFrom('workspaceMembers')
      .where('workspaceId', '=', member.workspaceId)
      .where('userId', '=', member.userId)
      .execute()
    await record('workspace-member.remove', member.workspaceId, { userId: member.userId })
    return member
  })
}

/** The role that a user has in every workspace. */
export function inheritedRole({ role }: Pick<User, 'role'>): WorkspaceRole | null {
  if (role === 'admin') return 'workspace_admin'
  return role === 'billing' ? 'workspace_billing' : null
}

async function findMemberWorkspace(db: Kysely<Database>, workspaceId: string): Promise<Workspace> {
  const workspace = await findWorkspace(db, workspaceId)
  if (!workspace.isDefault) return workspace
  throw AccountError.invalid('The default workspace has no list of members: every user belongs to it.')
}

async function findChangeableWorkspace(db: Kysely<Database>, workspaceId: string): Promise<Workspace> {
  await findMemberWorkspace(db, workspaceId)
  return findOpenWorkspace(db, workspaceId)
}

async function findMember(db: Kysely<Database>, workspace: Workspace, user: User): Promise<WorkspaceMember> {
  const row = await membersOf(db, workspace.id).where('users.id', '=', user.id).executeTakeFirst()
  if (row === undefined) throw AccountError.notFound(`Member of workspace \`${workspace.id}\``, user.id)
  return memberOf(row)
}

async function findChangeableMember(
  db: Kysely<Database>,
  workspaceId: string,
  userId: string,
): Promise<{ readonly member: WorkspaceMember; readonly user: User }> {
  const workspace = await findChangeableWorkspace(db, workspaceId)
  const user = await findUser(db, userId)
  const member = await findMember(db, workspace, user)
  const inherited = inheritedRole(user)
  if (inherited !== null && inherited === member.role) throw inheritedRoleError(user, inherited)
  return { member, user }
}

function inheritedRoleError({ id, role }: User, inherited: WorkspaceRole): AccountError {
  return AccountError.invalid(
    `User \`${id}\` is ${inherited} of every workspace, by the role ${role} in the organization, which this cannot change.`,
  )
}

/** Those that were added, and those that belong to every workspace. */
function membersOf(db: Kysely<Database>, workspaceId: string) {
  return db
    .selectFrom('users')
    .leftJoin('workspaceMembers', (join) =>
      join
        .onRef('workspaceMembers.userId', '=', 'users.id')
        .on('workspaceMembers.workspaceId', '=', workspaceId),
    )
    .where('users.removedAt', 'is', null)
    .where(({ eb, or }) =>
      or([eb('workspaceMembers.userId', 'is not', null), eb('users.role', 'in', ['admin', 'billing'])]),
    )
    .select([
      sql<string>`cast(${workspaceId} as text)`.as('workspaceId'),
      'users.id as userId',
      'users.role as organizationRole',
      'workspaceMembers.role as role',
      sql<number>`coalesce(${sql.ref('workspaceMembers.addedAt')}, ${sql.ref('users.addedAt')})`.as(
        'addedAt',
      ),
    ])
}

interface MemberRow {
  readonly workspaceId: string
  readonly userId: string
  readonly organizationRole: string
  readonly role: string | null
  readonly addedAt: number
}

function memberOf({ organizationRole, role, ...columns }: MemberRow): WorkspaceMember {
  const inherited = inheritedRole({ role: organizationRole })
  // An admin cannot be demoted; a role that was given goes before that of billing.
  const effective = inherited === 'workspace_admin' ? inherited : (role ?? inherited)
  return { ...columns, role: effective ?? 'workspace_user' }
}

/** A member that was removed since stands before all others, so that a list that is emptied page by page is read to its end. */
async function findPlace(db: Kysely<Database>, workspaceId: string, userId: string) {
  const member = await membersOf(db, workspaceId).where('users.id', '=', userId).executeTakeFirst()
  if (member !== undefined) return { at: member.addedAt, id: member.userId }
  const user = await db.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()
  return user && { at: Number.MAX_SAFE_INTEGER, id: user.id }
}

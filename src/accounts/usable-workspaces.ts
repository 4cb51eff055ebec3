import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Accounts } from './accounts.ts'
import { may, type OrganizationRole } from './role.ts'
import type { Workspace } from './workspace.ts'
import { shownWorkspaceId } from './workspace-id.ts'

/** What one needs to choose a workspace. */
export type UsableWorkspace = Pick<Workspace, 'id' | 'name' | 'displayColor' | 'isDefault'>

/** One who uses workspaces. */
export interface WorkspaceUser {
  readonly role: OrganizationRole
  /** A user or service account; empty for neither. */
  readonly principalId: string
}

/** The workspaces that one may use, the default one first. All may use that one, and admins every one. */
export async function usableWorkspaces(
  { state }: Accounts,
  { role, principalId }: WorkspaceUser,
): Promise<readonly UsableWorkspace[]> {
  const { relaxed } = state
  let query = relaxed
    .selectFrom('workspaces')
    .select(['id', 'name', 'displayColor', 'isDefault'])
    .where('archivedAt', 'is', null)
  if (!may(role, 'write:workspaces')) {
    const ofUser = relaxed
      .selectFrom('workspaceMembers')
      .select('workspaceId')
      .where('userId', '=', principalId)
    const ofAccount = relaxed
      .selectFrom('serviceAccountWorkspaces')
      .select('workspaceId')
      .where('serviceAccountId', '=', principalId)
    query = query.where(({ eb, or }) =>
      or([eb('id', '=', DEFAULT_WORKSPACE_ID), eb('id', 'in', ofUser), eb('id', 'in', ofAccount)]),
    )
  }
  const rows = await query.orderBy('isDefault', 'desc').orderBy('name').orderBy('id').execute()
  return rows.map(({ id, isDefault, ...row }) => ({
    ...row,
    id: shownWorkspaceId(state, id),
    isDefault: isDefault === 1,
  }))
}

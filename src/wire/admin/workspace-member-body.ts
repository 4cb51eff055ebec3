import type { WorkspaceMember } from '../../accounts/workspace-member.ts'

/** @see the Admin API's reference, "Get Workspace Member" */
export function workspaceMemberBody({ userId, workspaceId, role }: WorkspaceMember): object {
  return { type: 'workspace_member', user_id: userId, workspace_id: workspaceId, workspace_role: role }
}

/** @see the Admin API's reference, "Delete Workspace Member" */
export function workspaceMemberDeletedBody({ userId, workspaceId }: WorkspaceMember): object {
  return { type: 'workspace_member_deleted', user_id: userId, workspace_id: workspaceId }
}

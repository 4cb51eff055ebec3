import type { ServiceAccount } from '../../accounts/service-account.ts'
import type {
  ServiceAccountWorkspace,
  ServiceAccountWorkspaceIds,
} from '../../accounts/service-account-workspace.ts'
import { timeBody, timeBodyOrNull } from './list-body.ts'

/** @see the Admin API's reference, "Get Service Account" */
export function serviceAccountBody(account: ServiceAccount): object {
  return {
    type: 'service_account',
    id: account.id,
    archived_at: timeBodyOrNull(account.archivedAt),
    archived_by_actor_id: account.archivedByActorId,
    created_at: timeBody(account.createdAt),
    created_by_actor_id: account.createdByActorId,
    description: account.description,
    name: account.name,
    organization_role: account.organizationRole,
    updated_at: timeBody(account.updatedAt),
    updated_by_actor_id: account.updatedByActorId,
  }
}

/** @see the Admin API's reference, "Get Service Account Workspace Membership" */
export function serviceAccountWorkspaceBody(membership: ServiceAccountWorkspace): object {
  return {
    type: 'service_account_workspace_member',
    created_by_actor_id: membership.createdByActorId,
    implicit: membership.isImplicit,
    service_account_id: membership.serviceAccountId,
    workspace_id: membership.workspaceId,
    workspace_role: membership.role,
  }
}

/** @see the Admin API's reference, "Remove Service Account from Workspace" */
export function serviceAccountWorkspaceDeletedBody(ids: ServiceAccountWorkspaceIds): object {
  return {
    type: 'service_account_workspace_member_deleted',
    service_account_id: ids.serviceAccountId,
    workspace_id: ids.workspaceId,
  }
}

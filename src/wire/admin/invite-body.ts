import type { Invite } from '../../accounts/invite.ts'
import { timeBody, timeBodyOrNull } from './list-body.ts'

/** @see the Admin API's reference, "Get Invite" */
export function inviteBody({ id, acceptedAt, email, expiresAt, invitedAt, role, status }: Invite): object {
  return {
    type: 'invite',
    id,
    accepted_at: timeBodyOrNull(acceptedAt),
    email,
    expires_at: timeBody(expiresAt),
    invited_at: timeBody(invitedAt),
    rbac_group_ids: [],
    role,
    status,
  }
}

/** @see the Admin API's reference, "Delete Invite" */
export function inviteDeletedBody({ id }: Invite): object {
  return { type: 'invite_deleted', id }
}

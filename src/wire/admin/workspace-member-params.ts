import * as z from 'zod'
import { ASSIGNABLE_WORKSPACE_ROLES, WORKSPACE_ROLES, type WorkspaceRole } from '../../accounts/role.ts'
import { checkBody, dictionary, nonEmptyString, oneOf } from '../body-schema.ts'

const ADD = z.strictObject(
  { user_id: nonEmptyString, workspace_role: oneOf(ASSIGNABLE_WORKSPACE_ROLES) },
  { error: dictionary },
)
const UPDATE = z.strictObject({ workspace_role: oneOf(WORKSPACE_ROLES) }, { error: dictionary })

/** Reads the body of `POST /v1/organizations/workspaces/{id}/members`. */
export function parseNewMember(body: object): { readonly userId: string; readonly role: WorkspaceRole } {
  const { user_id: userId, workspace_role: role } = checkBody(body, ADD)
  return { userId, role }
}

/** Reads the body of `POST /v1/organizations/workspaces/{id}/members/{user_id}`. */
export function parseMemberRole(body: object): WorkspaceRole {
  return checkBody(body, UPDATE).workspace_role
}

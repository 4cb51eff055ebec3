import * as z from 'zod'
import { ASSIGNABLE_WORKSPACE_ROLES, SERVICE_ACCOUNT_ROLES, type WorkspaceRole } from '../../accounts/role.ts'
import type { NewServiceAccount, ServiceAccountChange } from '../../accounts/service-account.ts'
import { checkBody, dictionary, nonEmptyString, oneOf, textUpTo } from '../body-schema.ts'

/** The API names no limits. */
const MAX_NAME_CHARACTERS = 255
const MAX_DESCRIPTION_CHARACTERS = 1_000

const DESCRIPTION = textUpTo(MAX_DESCRIPTION_CHARACTERS)
  .refine(
    (text) => !/[^\P{Cc}\t\n\r]/u.test(text),
    'String should have no control characters but tabs and line breaks',
  )
  .nullish()
const CREATE = z.strictObject(
  {
    name: textUpTo(MAX_NAME_CHARACTERS).regex(
      /^[a-z0-9]+(?:-+[a-z0-9]+)*$/,
      'Input should consist of lowercase letters, digits and hyphens',
    ),
    description: DESCRIPTION,
    organization_role: oneOf(SERVICE_ACCOUNT_ROLES).optional(),
  },
  { error: dictionary },
)
const UPDATE = z.strictObject(
  { description: DESCRIPTION, organization_role: oneOf(SERVICE_ACCOUNT_ROLES).nullish() },
  { error: dictionary },
)
const ROLE = { workspace_role: oneOf(ASSIGNABLE_WORKSPACE_ROLES) }
const ADD_WORKSPACE = z.strictObject({ workspace_id: nonEmptyString, ...ROLE }, { error: dictionary })
const ADD_ACCOUNT = z.strictObject({ service_account_id: nonEmptyString, ...ROLE }, { error: dictionary })
const UPDATE_ROLE = z.strictObject(ROLE, { error: dictionary })

/** Reads the body of `POST /v1/organizations/service_accounts`. */
export function parseNewServiceAccount(body: object): NewServiceAccount {
  const { name, description, organization_role: organizationRole } = checkBody(body, CREATE)
  return { name, description: description ?? undefined, organizationRole }
}

/** Reads the body of `POST /v1/organizations/service_accounts/{id}`; a description of null becomes an empty one. */
export function parseServiceAccountChange(body: object): ServiceAccountChange {
  const { description, organization_role: organizationRole } = checkBody(body, UPDATE)
  return {
    description: description === null ? '' : description,
    organizationRole: organizationRole ?? undefined,
  }
}

/** Reads the body of `POST /v1/organizations/service_accounts/{id}/workspaces`. */
export function parseAddedWorkspace(body: object): {
  readonly workspaceId: string
  readonly role: WorkspaceRole
} {
  const { workspace_id: workspaceId, workspace_role: role } = checkBody(body, ADD_WORKSPACE)
  return { workspaceId, role }
}

/** Reads the body of `POST /v1/organizations/workspaces/{id}/service_accounts`. */
export function parseAddedServiceAccount(body: object): {
  readonly serviceAccountId: string
  readonly role: WorkspaceRole
} {
  const { service_account_id: serviceAccountId, workspace_role: role } = checkBody(body, ADD_ACCOUNT)
  return { serviceAccountId, role }
}

/** Reads the body of `POST /v1/organizations/workspaces/{id}/service_accounts/{id}`. */
export function parseServiceAccountRole(body: object): WorkspaceRole {
  return checkBody(body, UPDATE_ROLE).workspace_role
}

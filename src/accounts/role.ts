/** The roles of users in an organization of the Console, and those of Enterprise organizations, which are only read. */
export const ORGANIZATION_ROLES = [
  'admin',
  'billing',
  'claude_code_user',
  'developer',
  'managed',
  'membership_admin',
  'owner',
  'primary_owner',
  'user',
] as const
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number]

/** The roles that the API gives. Admins are made elsewhere. */
export const ASSIGNABLE_ROLES = ['user', 'developer', 'billing', 'claude_code_user'] as const

export const WORKSPACE_ROLES = [
  'workspace_user',
  'workspace_developer',
  'workspace_restricted_developer',
  'workspace_admin',
  'workspace_billing',
] as const
export type WorkspaceRole = (typeof WORKSPACE_ROLES)[number]

/** The roles in a workspace that the API gives; `workspace_billing` comes with the organization's role `billing`. */
export const ASSIGNABLE_WORKSPACE_ROLES = [
  'workspace_user',
  'workspace_developer',
  'workspace_restricted_developer',
  'workspace_admin',
] as const

/** The roles of service accounts in the organization. */
export const SERVICE_ACCOUNT_ROLES = ['admin', 'developer'] as const
export type ServiceAccountRole = (typeof SERVICE_ACCOUNT_ROLES)[number]

/**
 * What may be done. An action is named like the scope that the API asks for. The first two are what an API key may do, and
 * are asked of users of the console: to complete prompts; to keep files, skills and message batches.
 */
export const ALL_ACTIONS = [
  'use:models',
  'use:files',
  'read:organization',
  'read:members',
  'write:members',
  'read:workspaces',
  'write:workspaces',
  'read:api_keys',
  'write:api_keys',
  'read:admin_keys',
  'write:admin_keys',
  'read:service_accounts',
  'write:service_accounts',
  'read:limits',
  'write:limits',
  'read:analytics',
  'read:logs',
  'write:prices',
  'read:audit',
  'write:faults',
  'write:engines',
] as const
export type Action = (typeof ALL_ACTIONS)[number]

const READ_ALL_BUT_ADMINS: readonly Action[] = [
  'read:organization',
  'read:members',
  'read:workspaces',
  'read:api_keys',
  'read:service_accounts',
  'read:limits',
  'read:analytics',
]

/** What each role may do through the Admin API and in the console; an admin may do everything. */
const ACTIONS: ReadonlyMap<OrganizationRole, readonly Action[] | 'all'> = new Map<
  OrganizationRole,
  readonly Action[] | 'all'
>([
  ['admin', 'all'],
  ['owner', 'all'],
  ['primary_owner', 'all'],
  ['membership_admin', ['read:organization', 'read:members', 'write:members']],
  ['developer', [...READ_ALL_BUT_ADMINS, 'write:api_keys', 'read:logs', 'use:models', 'use:files']],
  ['billing', ['read:organization', 'read:workspaces', 'read:limits', 'read:analytics', 'write:prices']],
  ['claude_code_user', ['read:organization', 'use:models']],
  ['managed', ['read:organization', 'use:models']],
  ['user', ['read:organization', 'use:models']],
])

/** Everything that a role allows. */
export function actionsOf(role: OrganizationRole): readonly Action[] {
  return ALL_ACTIONS.filter((action) => may(role, action))
}

/** Whether a role allows an action. */
export function may(role: OrganizationRole, action: Action): boolean {
  const actions = ACTIONS.get(role) ?? []
  return actions === 'all' || actions.includes(action)
}

/** The roles that members can be given, with what each may do. */
export const ROLES = [
  ['user', 'User: the workbench'],
  ['developer', 'Developer: also keys, usage, cost and logs'],
  ['billing', 'Billing: usage, cost and prices'],
  ['claude_code_user', 'Claude Code user: coding agents only'],
] as const

/** The roles that members of a workspace can be given. */
export const WORKSPACE_ROLES = [
  ['workspace_user', 'User: the workbench'],
  ['workspace_developer', 'Developer: also keys'],
  ['workspace_restricted_developer', 'Restricted developer: keys of their own'],
  ['workspace_admin', 'Admin: everything in the workspace'],
] as const

/** `workspace_admin` as "workspace admin". */
export function roleName(role: string): string {
  return role.replaceAll('_', ' ')
}

import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { State } from '../state/state.ts'

/** The workspaces of those users and service accounts whose keys belong to no workspace, in memory. */
export class WorkspacesOfPrincipals {
  readonly #state: State
  /** Users and service accounts that may use every workspace. */
  #admins: ReadonlySet<string> = new Set()
  #workspaces: ReadonlyMap<string, ReadonlySet<string>> = new Map()

  constructor(state: State) {
    this.#state = state
  }

  async load(): Promise<void> {
    const { relaxed } = this.#state
    const principals = relaxed
      .selectFrom('apiKeys')
      .select('principalId')
      .where('workspaceId', 'is', null)
      .where('principalId', 'is not', null)
      .where('status', '=', 'active')
    const admins = await relaxed
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'admin')
      .where('id', 'in', principals)
      .union(
        relaxed
          .selectFrom('serviceAccounts')
          .select('id')
          .where('organizationRole', '=', 'admin')
          .where('id', 'in', principals),
      )
      .execute()
    const memberships = await relaxed
      .selectFrom('workspaceMembers')
      .select(['userId as principalId', 'workspaceId'])
      .where('userId', 'in', principals)
      .unionAll(
        relaxed
          .selectFrom('serviceAccountWorkspaces')
          .select(['serviceAccountId as principalId', 'workspaceId'])
          .where('serviceAccountId', 'in', principals),
      )
      .execute()
    const workspaces = new Map<string, Set<string>>()
    for (const { principalId, workspaceId } of memberships) {
      const known = workspaces.get(principalId) ?? new Set()
      workspaces.set(principalId, known.add(workspaceId))
    }
    this.#admins = new Set(admins.map(({ id }) => id))
    this.#workspaces = workspaces
  }

  /** Whether a user or service account may use a workspace. All of them may use the default one. */
  has(principalId: string, workspaceId: string): boolean {
    if (workspaceId === DEFAULT_WORKSPACE_ID || this.#admins.has(principalId)) return true
    return this.#workspaces.get(principalId)?.has(workspaceId) === true
  }
}

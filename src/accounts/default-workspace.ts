import { derivedAccountId } from './account-id.ts'

/**
 * The id by which clients know the default workspace, which is `default` in every table. It is the same on all instances
 * that share a state.
 */
export function shownDefaultWorkspaceId(stateId: string): string {
  return derivedAccountId('wrkspc', stateId)
}

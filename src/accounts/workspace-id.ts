import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { State } from '../state/state.ts'
import { shownDefaultWorkspaceId } from './default-workspace.ts'

/** The id by which clients know a workspace. */
export function shownWorkspaceId({ id }: Pick<State, 'id'>, workspaceId: string): string {
  return workspaceId === DEFAULT_WORKSPACE_ID ? shownDefaultWorkspaceId(id) : workspaceId
}

/** The id that tables have for the workspace that clients know by another. */
export function storedWorkspaceId({ id }: Pick<State, 'id'>, shownId: string): string {
  return shownId === shownDefaultWorkspaceId(id) ? DEFAULT_WORKSPACE_ID : shownId
}

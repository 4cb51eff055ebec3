import type { Caller } from '../completion/caller.ts'

/** A key that the server knows by its secret. */
export interface KnownKey {
  readonly kind: 'api' | 'admin'
  /** False once it was deactivated or archived, or has expired. */
  readonly isActive: boolean
  /** Null for a key of the whole organization, whose requests name the workspace that they are for. */
  readonly workspaceId: string | null
  readonly caller: Caller
}

/** The keys that a server knows. */
export interface KnownKeys {
  /**
   * The key with a secret; null if there is none. It returns a promise only where the database has to be asked.
   *
   * @throws CompletionError `overloaded` when the database, which would know, is down
   */
  find(secret: string): KnownKey | null | Promise<KnownKey | null>
  /** The id of a workspace, by the id that clients send; null if there is no such workspace. */
  workspaceId(shownId: string): string | null
  /** Whether a user or service account, whose key belongs to no workspace, may use one. */
  isMember(principalId: string, workspaceId: string): boolean
  /** The id by which clients know a workspace; null for a server without a state, which has no workspaces. */
  shownWorkspaceId(workspaceId: string): string | null
}

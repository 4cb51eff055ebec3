import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { State } from '../state/state.ts'
import type { Accounts } from './accounts.ts'
import { newWorkspace, workspaceRow } from './workspace.ts'

/** What `openAccounts` may be given instead of this machine's. */
export interface OpenAccountsOptions {
  /** Reloads what this instance keeps in memory of accounts. */
  readonly reload?: () => Promise<void>
  readonly nowMs?: () => number
}

/** Makes the accounts of a state ready: every organization has a default workspace. */
export async function openAccounts(
  state: State,
  { reload = async () => undefined, nowMs = Date.now }: OpenAccountsOptions = {},
): Promise<Accounts> {
  const identity = { id: DEFAULT_WORKSPACE_ID, createdAt: nowMs(), isDefault: true }
  await state.db
    .insertInto('workspaces')
    .values(workspaceRow(newWorkspace({ name: 'Default' }, identity)))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return { state, nowMs, reload }
}

import { AccountError } from '../accounts/account-error.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Actor } from '../accounts/actor.ts'
import { openAccounts } from '../accounts/open-accounts.ts'
import { ConfigError } from '../config/config-error.ts'
import { openState } from '../state/state.ts'
import { openCommandState } from './open-command-state.ts'

/** A person at the server's terminal: who can write the state may do everything. */
export const TERMINAL: Actor = { kind: 'command', id: '', principalId: null }
const NO_STATE = 'set --state or CONTINUO_STATE to a folder or the address of a PostgreSQL database'

/** Opens the accounts of a state for a command. @throws ConfigError for what is against a rule of accounts */
export async function withAccounts<Result>(
  place: string,
  mayCreate: boolean,
  work: (accounts: Accounts) => Promise<Result>,
): Promise<Result> {
  const isOpenable = place !== 'none' && place !== 'memory'
  const state =
    (mayCreate && isOpenable && (await openState(place))) || (await openCommandState(place, NO_STATE))
  try {
    return await work(await openAccounts(state))
  } catch (error) {
    if (error instanceof AccountError) throw new ConfigError(error.message)
    throw error
  } finally {
    await state.close()
  }
}

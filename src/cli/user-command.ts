import { Command } from 'commander'
import type { Accounts } from '../accounts/accounts.ts'
import { Logins } from '../accounts/logins.ts'
import { Sessions } from '../accounts/sessions.ts'
import { createUser, listUsers, type User } from '../accounts/user.ts'
import { ConfigError } from '../config/config-error.ts'
import { standardError } from '../util/standard-output.ts'
import { parseNewUser } from '../wire/admin/new-user-params.ts'
import { addStateOptions, configOfState, type StateFlags } from './open-command-state.ts'
import { TERMINAL, withAccounts } from './with-accounts.ts'
import { writeOutput } from './write-output.ts'

interface LinkFlags extends StateFlags {
  readonly createAdmin?: string
}

/** `continuo user …`: users of the console, in the state of a server. */
export function userCommand(): Command {
  const link = new Command('link')
    .description('Print a link by which a user sets a password for the console. It works once, for a day')
    .argument('<email>', "The user's address")
    .option('--create-admin <name>', 'Creates an admin of this name, where there is no user with the address')
  return new Command('user')
    .description('Let users set a password, such as an admin who has forgotten theirs')
    .addCommand(addStateOptions(link).action(linkUser))
}

async function linkUser(email: string, { createAdmin, ...flags }: LinkFlags): Promise<void> {
  const { path, user } = await withAccounts(configOfState(flags).state.place, false, async (accounts) => {
    const found = (await findByEmail(accounts, email)) ?? (await createFor(accounts, email, createAdmin))
    const logins = new Logins(accounts, new Sessions(accounts, { sharedCache: false }))
    return { ...(await logins.linkPassword(TERMINAL, found.id)), user: found }
  })
  standardError().write(
    `For ${user.email} (${user.role}), to open at the address of the server within a day:\n`,
  )
  standardError().flush()
  await writeOutput(`${path}\n`)
}

async function findByEmail(accounts: Accounts, email: string): Promise<User | undefined> {
  const page = { limit: 1, acceptsAnyCursor: true }
  return (await listUsers(accounts, { email, roles: [] }, page)).rows[0]
}

function createFor(accounts: Accounts, email: string, name: string | undefined): Promise<User> {
  if (name !== undefined) return createUser(accounts, TERMINAL, parseNewUser({ email, name, role: 'admin' }))
  throw new ConfigError(
    `There is no user with the address ${email}: invite them in the console, or add --create-admin NAME.`,
  )
}

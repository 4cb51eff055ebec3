import { Command } from 'commander'
import { type ApiKey, type KeyKind, listApiKeys, updateApiKey } from '../accounts/api-key.ts'
import { createApiKey } from '../accounts/create-api-key.ts'
import { ConfigError } from '../config/config-error.ts'
import { ModelRoutes } from '../config/model-routes.ts'
import { standardError } from '../util/standard-output.ts'
import { apiKeyTable } from './api-key-table.ts'
import { addStateOptions, configOfState, type StateFlags } from './open-command-state.ts'
import { readExpiry } from './read-expiry.ts'
import { readKeyName } from './read-key-name.ts'
import { TERMINAL, withAccounts } from './with-accounts.ts'
import { writeOutput } from './write-output.ts'

interface CreateFlags extends StateFlags {
  readonly name: string
  readonly workspace?: string
  readonly models?: string
  readonly expires?: (nowMs: number) => number
}

const PAGE_KEYS = 1_000

/** `continuo key …`: API keys, in the state of a server. */
export function keyCommand(): Command {
  const create = new Command('create')
    .description('Create an API key and print it. It is shown only once')
    .requiredOption('--name <name>', 'What the key is called in lists', readKeyName)
    .option('--workspace <id>', 'The workspace that it is for; by default the default workspace')
    .option('--models <ids>', 'The models that it may use, separated by commas; by default all')
    .option(
      '--expires <when>',
      'When it expires: a time from now, as 12h or 30d, or a date, as 2027-01-31; by default never',
      readExpiry,
    )
  return new Command('key')
    .description('Create, list and revoke API keys, in the state of a server')
    .addCommand(addStateOptions(create).action((flags: CreateFlags) => createKey('api', flags)))
    .addCommand(listCommand('api', 'API keys'))
    .addCommand(revokeCommand('api', 'an API key'))
}

/** `continuo admin-key …`: the same for admin keys. */
export function adminKeyCommand(): Command {
  const create = new Command('create')
    .description('Create an admin key and print it. It is shown only once')
    .requiredOption('--name <name>', 'What the key is called in lists', readKeyName)
    .option('--expires <when>', 'When it expires, as 12h, 30d or 2027-01-31; by default never', readExpiry)
  return new Command('admin-key')
    .description('Create, list and revoke admin keys, which open the Admin API')
    .addCommand(addStateOptions(create).action((flags: CreateFlags) => createKey('admin', flags)))
    .addCommand(listCommand('admin', 'admin keys'))
    .addCommand(revokeCommand('admin', 'an admin key'))
}

function listCommand(kind: KeyKind, what: string): Command {
  const command = new Command('list').description(
    `List the ${what}, newest first, without the keys themselves`,
  )
  return addStateOptions(command).action((flags: StateFlags) => listKeys(kind, flags))
}

function revokeCommand(kind: KeyKind, what: string): Command {
  const command = new Command('revoke')
    .description(`Revoke ${what} for ever. Servers refuse it within two seconds`)
    .argument('<id>', 'Its id, as "list" prints it')
  return addStateOptions(command).action((id: string, flags: StateFlags) => revokeKey(kind, id, flags))
}

async function createKey(kind: KeyKind, { name, workspace, models, expires, ...flags }: CreateFlags) {
  const config = configOfState(flags)
  const allowedModels = models?.split(',').map((id) => id.trim())
  checkModels(allowedModels ?? [], new ModelRoutes(config))
  // A key may be created before the first server starts.
  const { key, secret } = await withAccounts(config.state.place, true, (accounts) =>
    createApiKey(accounts, TERMINAL, {
      kind,
      name,
      workspaceId: workspace,
      allowedModels,
      expiresAt: expires?.(accounts.nowMs()),
    }),
  )
  standardError().write(`Created ${key.id}. This is the only time that the key is shown:\n`)
  standardError().flush()
  await writeOutput(`${secret}\n`)
}

function checkModels(ids: readonly string[], { catalog }: ModelRoutes): void {
  const unknown = ids.find((id) => !catalog.has(id))
  if (unknown === undefined) return
  throw new ConfigError(
    `--models: there is no model "${unknown}"; "continuo models ids" lists those there are.`,
  )
}

async function listKeys(kind: KeyKind, flags: StateFlags): Promise<void> {
  const keys = await withAccounts(configOfState(flags).state.place, false, async (accounts) => {
    const all: ApiKey[] = []
    for (let hasMore = true; hasMore; ) {
      const request = { limit: PAGE_KEYS, afterId: all.at(-1)?.id, acceptsAnyCursor: false }
      const page = await listApiKeys(accounts, { kind }, request)
      all.push(...page.rows)
      hasMore = page.hasMore
    }
    return all
  })
  await writeOutput(apiKeyTable(keys))
}

async function revokeKey(kind: KeyKind, id: string, flags: StateFlags): Promise<void> {
  await withAccounts(configOfState(flags).state.place, false, (accounts) =>
    updateApiKey(accounts, TERMINAL, { kind, id, status: 'archived' }),
  )
  await writeOutput(`Revoked ${id}.\n`)
}

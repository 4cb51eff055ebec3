import { randomUUID } from 'node:crypto'
import { ACCOUNTS_TOPIC, type Accounts } from '../accounts/accounts.ts'
import { DeclaredKeys, type DeclaredSecrets } from '../accounts/declared-keys.ts'
import { API_KEYS_TOPIC, KeyDirectory, WORKSPACES_TOPIC } from '../accounts/key-directory.ts'
import type { KnownKeys } from '../accounts/known-keys.ts'
import { openAccounts } from '../accounts/open-accounts.ts'
import { SetUpLink } from '../accounts/set-up-link.ts'
import { storeDeclaredKeys } from '../accounts/store-declared-keys.ts'
import type { Config } from '../config/config.ts'
import {
  type LimitObserver,
  type OpenLimits,
  type OpenLimitsOptions,
  openLimits,
} from '../limits/open-limits.ts'
import { LIMITS_TOPIC } from '../limits/stored-rules.ts'
import type { Log } from '../logging/create-logger.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import { ChangeWatcher } from '../state/changes.ts'
import { Instance } from '../state/instance.ts'
import type { State } from '../state/state.ts'
import { storedSetting } from '../state/stored-setting.ts'
import { PriceTable } from '../usage/price-table.ts'
import { PRICES_TOPIC } from '../usage/stored-prices.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { packageVersion } from '../util/package-version.ts'
import { completionCost } from './completion-cost.ts'
import { openConfiguredState } from './open-configured-state.ts'
import { type OpenFiles, openFiles } from './open-files.ts'
import { type OpenUsage, openUsage } from './open-usage.ts'
import { retentionDuty } from './retention-duty.ts'

/** What instances share, and this instance's part in it. */
export interface SharedPlatform {
  readonly state: State
  readonly instance: Instance
  /** Reloads what is kept in memory when another instance has changed it. */
  readonly changes: ChangeWatcher
  readonly usage: OpenUsage
  readonly accounts: Accounts
  /** By which the first admin key is created; null where there is one, and where any key will do. */
  readonly setUpLink: SetUpLink | null
  readonly files: OpenFiles
}

/** Who may use a server, and what it keeps of that. */
export interface Platform {
  readonly organizationId: string
  readonly signatureSecret: string
  readonly keys: KnownKeys
  readonly limits: OpenLimits
  /** What a completion costs, in nano-dollars. */
  readonly costOf: (record: UsageRecord) => number
  /** Null for a server without a state. */
  readonly shared: SharedPlatform | null
  /** Accepts the keys that the configuration declares now, and no longer those that it declared before. */
  readonly declareKeys: (secrets: DeclaredSecrets) => Promise<void>
  /** Takes over what requests have used, and closes the state. */
  close(): Promise<void>
}

/** What a platform is opened with. */
export interface OpenPlatformOptions {
  readonly catalog: ModelCatalog
  readonly logger: Log
  readonly limitObserver: LimitObserver
}

/**
 * Opens the state of a configuration and everything that is kept in it.
 *
 * @throws StateError when it cannot be opened
 */
export async function openPlatform(config: Config, options: OpenPlatformOptions): Promise<Platform> {
  const platform = await openWithOrWithoutState(config, options)
  for (const text of platform.limits.unmatchedNames()) options.logger.warn({}, text)
  return platform
}

async function openWithOrWithoutState(config: Config, options: OpenPlatformOptions): Promise<Platform> {
  const declared = new DeclaredKeys(config)
  const state = await openConfiguredState(config.state, (text) => options.logger.warn({}, text))
  if (state === null) {
    const organizationId = config.organizationId ?? randomUUID()
    const signatureSecret = config.signatureSecret ?? organizationId
    const limits = openConfiguredLimits(config, organizationId, { declared, shared: null }, options)
    const costOf = completionCost(new PriceTable(config.prices), Date.now)
    return {
      ...{ organizationId, signatureSecret, keys: declared, limits, costOf },
      declareKeys: async (secrets) => declared.replace(secrets),
      shared: null,
      close: () => limits.close(),
    }
  }
  try {
    return await openShared(state, declared, config, options)
  } catch (error) {
    await state.close()
    throw error
  }
}

async function openShared(
  state: State,
  declared: DeclaredKeys,
  config: Config,
  options: OpenPlatformOptions,
): Promise<Platform> {
  const { catalog, logger } = options
  const instance = new Instance(state, packageVersion())
  await instance.start()
  await storeDeclaredKeys(state, declared.rows)
  const organizationId = config.organizationId ?? (await storedSetting(state, 'organization-id', randomUUID))
  const signatureSecret =
    config.signatureSecret ?? (await storedSetting(state, 'signature-secret', randomUUID))
  const resolveModel = (id: string) => (catalog.has(id) ? catalog.resolve(id) : id)
  const keys = new KeyDirectory(state, {
    declared,
    sharedCache: config.sharedCache,
    resolveModel,
    looksUp: config.access === 'keys',
    maxStaleMs: config.state.staleSeconds * 1_000,
    staleMs: () => changes.staleMs(),
    nowMs: () => instance.nowMs(),
  })
  const files = await openFiles(state, instance, config)
  const usage = await openUsage(state, instance, config, {
    resolveModel,
    onProblem: (text) => logger.error({}, text),
  })
  const limits = openConfiguredLimits(
    config,
    organizationId,
    { declared, shared: { state, instance } },
    options,
  )
  const changes = watchChanges(state, { keys, limits, usage })
  const accounts = await openAccounts(state, {
    nowMs: () => instance.nowMs(),
    reload: () => changes.check(),
  })
  await changes.start()
  const setUpLink = config.access === 'keys' ? await SetUpLink.open(accounts) : null
  const retention = retentionDuty(state, instance, config)
  retention.start()
  logger.info({ state: state.name, instance: instance.id }, 'the state is open')
  if (config.access === 'keys' && !keys.hasApiKey) {
    logger.warn(
      {},
      'there is no API key yet: create one with "continuo key create --name NAME" and the same --state',
    )
  }
  return {
    organizationId,
    signatureSecret,
    keys,
    limits,
    costOf: completionCost(usage.prices, () => instance.nowMs()),
    shared: { state, instance, changes, usage, accounts, files, setUpLink },
    declareKeys: (secrets) => declareKeys(secrets, { declared, state, changes }),
    async close() {
      await limits.close()
      await usage.close()
      await files.close()
      await retention.stop()
      await changes.stop()
      await instance.stop()
      await state.close()
    },
  }
}

async function declareKeys(
  secrets: DeclaredSecrets,
  { declared, state, changes }: { declared: DeclaredKeys } & Pick<SharedPlatform, 'state' | 'changes'>,
): Promise<void> {
  declared.replace(secrets)
  await storeDeclaredKeys(state, declared.rows)
  await changes.check()
}

function openConfiguredLimits(
  config: Config,
  organizationId: string,
  { declared, shared }: { readonly declared: DeclaredKeys } & Pick<OpenLimitsOptions, 'shared'>,
  { catalog, limitObserver }: OpenPlatformOptions,
): OpenLimits {
  return openLimits({
    settings: config.limits,
    organizationId,
    resolveModel: (id) => (catalog.has(id) ? catalog.resolve(id) : id),
    hasModel: (id) => catalog.has(id),
    declaredKeys: declared.rows.filter(({ kind }) => kind === 'api'),
    shared,
    observer: limitObserver,
  })
}

/** Reloads what this instance keeps in memory of the state. */
function watchChanges(
  state: State,
  {
    keys,
    limits,
    usage,
  }: { readonly keys: KeyDirectory; readonly limits: OpenLimits; readonly usage: OpenUsage },
): ChangeWatcher {
  return new ChangeWatcher(state, {
    async [API_KEYS_TOPIC]() {
      await keys.loadKeys()
      await limits.reload()
    },
    async [WORKSPACES_TOPIC]() {
      await keys.loadWorkspaces()
      await limits.reload()
    },
    [ACCOUNTS_TOPIC]: () => keys.loadMemberships(),
    [LIMITS_TOPIC]: () => limits.reload(),
    [PRICES_TOPIC]: () => usage.loadPrices(),
  })
}

import { dirname, resolve } from 'node:path'
import type { ConformanceAccounts } from '../accounts/settings.ts'
import { UNLIMITED_ADMIN_API } from '../limits/settings.ts'
import { configuredPrices } from '../usage/price-settings.ts'
import { checkApiKey, separatedKeys } from './check-api-key.ts'
import type { Config, MetricsConfig, ModelConfig, StateConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { type ConfigOverrides, givenServerSettings } from './config-overrides.ts'
import { CONFIG_SCHEMA, type ConfigFile } from './config-schema.ts'
import { CONFORMANCE_RULES } from './conformance-settings.ts'
import { defaultMaxRequestMemoryBytes } from './default-request-memory.ts'
import { isLoopback } from './exposure.ts'
import { readConfigFile } from './read-config-file.ts'
import { resolveAllowedHosts } from './resolve-allowed-hosts.ts'
import { resolveEngines } from './resolve-engines.ts'
import { resolveFiles } from './resolve-files.ts'
import { resolveState } from './resolve-state.ts'
import { resolveTls } from './resolve-tls.ts'
import type { Environment } from './resolve-upstream.ts'

/**
 * Combines overrides, environment, file and defaults, in this order of precedence.
 *
 * @throws ConfigError when a setting is wrong or two settings contradict each other
 */
export function resolveConfig(overrides: ConfigOverrides, environment: Environment): Config {
  const path = overrides.configPath ?? environment.CONTINUO_CONFIG
  const file = path ? readConfigFile(path) : CONFIG_SCHEMA.parse({})
  const folder = path ? dirname(resolve(path)) : process.cwd()
  const { host, port, sharedCache, minCachedTokens, logLevel, logFormat, drainMs } = file
  const {
    usage,
    batches,
    files,
    skills,
    retentionDays,
    limits,
    organizationName,
    organizationId = null,
  } = file
  const apiKeys = resolveApiKeys(file, overrides, environment)
  const hosts = resolveAllowedHosts([...(overrides.allowedHosts ?? []), ...file.allowedHosts])
  const given = givenServerSettings(overrides)
  const access = given.access ?? file.access ?? (apiKeys.length > 0 ? 'keys' : 'open')
  const { engines, defaultEngine } = resolveEngines({ file, folder, overrides, environment })
  const { state, stateFolder } = resolveState(file, folder, overrides, environment)
  return {
    ...{ host, port, sharedCache, minCachedTokens, logLevel, logFormat, drainMs, usage, retentionDays },
    ...{ batches, skills },
    faults: file.faults,
    limits: file.conformance === undefined ? limits : { ...limits, adminApi: UNLIMITED_ADMIN_API },
    files: resolveFiles(files, folder, environment),
    rules: { ...file.rules, ...(file.conformance === undefined ? {} : CONFORMANCE_RULES) },
    organizationName,
    listOnlyOwnModels: file.listOnlyOwnModels,
    ...given,
    access,
    tls: resolveTls(file, folder, overrides),
    apiKeys,
    adminKeys: resolveAdminKeys(file, overrides, environment, apiKeys),
    ...{ state, stateFolder },
    conformanceAccounts: resolveConformanceAccounts(file, state),
    conformanceBatches: resolveConformanceIds(file, 'messageBatches', state),
    conformanceFiles: resolveConformanceIds(file, 'files', state),
    conformanceSkills: resolveConformanceIds(file, 'skills', state),
    // A page that makes a host name of its own point to this machine has no key, so where keys are required it gets nothing.
    allowedHosts: access === 'open' || hosts.length > 0 ? hosts : null,
    organizationId,
    signatureSecret: file.signatureSecret ?? organizationId,
    maxRequestMemoryBytes: file.maxRequestMemoryBytes ?? defaultMaxRequestMemoryBytes(),
    engines,
    defaultEngine,
    models: resolveModels(file, [...engines.keys()], defaultEngine),
    prices: configuredPrices(file.prices),
    metrics: resolveMetrics(file, overrides, environment, isLoopback(given.host ?? host) ? hosts : null),
  }
}

/** Its rows replace all others. */
function resolveConformanceAccounts(
  { conformance }: ConfigFile,
  { place }: StateConfig,
): ConformanceAccounts | null {
  const accounts = conformance?.accounts
  if (accounts === undefined) return null
  if (place === 'memory') return accounts
  throw new ConfigError(
    'conformance.accounts replaces every user, workspace and key by its own rows: it needs "state": "memory" (--state memory).',
  )
}

/** They are put into the state again and again. */
function resolveConformanceIds<Kind extends 'messageBatches' | 'files' | 'skills'>(
  { conformance }: ConfigFile,
  kind: Kind,
  { place }: StateConfig,
): Readonly<NonNullable<ConfigFile['conformance']>[Kind]> | readonly [] {
  const ids = conformance?.[kind] ?? []
  if (ids.length === 0 || place === 'memory') return ids
  throw new ConfigError(
    `conformance.${kind} puts rows into the state: it needs "state": "memory" (--state memory).`,
  )
}

function resolveApiKeys(file: ConfigFile, overrides: ConfigOverrides, environment: Environment): string[] {
  return [
    ...(overrides.apiKeys ?? []).map((key) => checkApiKey(key, 'apiKeys (--api-key)')),
    ...separatedKeys(environment.CONTINUO_API_KEYS, 'CONTINUO_API_KEYS'),
    ...file.apiKeys.map((key, index) => checkApiKey(key, `apiKeys.${index}`)),
  ]
}

function resolveAdminKeys(
  file: ConfigFile,
  overrides: ConfigOverrides,
  environment: Environment,
  apiKeys: readonly string[],
): string[] {
  const keys = [
    ...(overrides.adminKeys ?? []).map((key) => checkApiKey(key, 'adminKeys')),
    ...separatedKeys(environment.CONTINUO_ADMIN_KEYS, 'CONTINUO_ADMIN_KEYS'),
    ...file.adminKeys.map((key, index) => checkApiKey(key, `adminKeys.${index}`)),
  ]
  if (keys.some((key) => apiKeys.includes(key))) {
    throw new ConfigError('adminKeys and apiKeys have a key in common: use another one for the Admin API.')
  }
  return keys
}

/** @param hosts names by which open metrics may be read; null: any */
function resolveMetrics(
  { metrics }: ConfigFile,
  overrides: ConfigOverrides,
  environment: Environment,
  hosts: readonly string[] | null,
): MetricsConfig {
  const access = overrides.metrics?.access ?? metrics.access
  return {
    access,
    apiKeys: [
      ...separatedKeys(environment.CONTINUO_METRICS_KEYS, 'CONTINUO_METRICS_KEYS'),
      ...metrics.apiKeys.map((key, index) => checkApiKey(key, `metrics.apiKeys.${index}`)),
    ],
    allowedHosts: access === 'open' ? hosts : null,
  }
}

function resolveModels(
  { models, conformance }: ConfigFile,
  engines: readonly string[],
  defaultEngine: string,
): ReadonlyMap<string, ModelConfig> {
  const invented = conformance?.modelIds ?? []
  const resolved = new Map<string, ModelConfig>(invented.map((id) => [id, { engine: defaultEngine }]))
  for (const [id, model] of Object.entries(models)) {
    const { engine, displayName } = typeof model === 'string' ? { engine: model } : model
    if (!engines.includes(engine)) {
      throw new ConfigError(
        `models maps "${id}" to the engine "${engine}", but engines has only: ${engines.join(', ')}.`,
      )
    }
    resolved.set(id, displayName === undefined ? { engine } : { engine, displayName })
  }
  return resolved
}

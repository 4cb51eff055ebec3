import { randomUUID } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DEFAULT_MIN_CACHED_TOKENS } from '../conversation/cache-plan.ts'
import {
  DEFAULT_LLAMA_ENGINE_SETTINGS,
  type LlamaEngineSettings,
} from '../engines/llama/llama-engine-settings.ts'
import { DEFAULT_API_RULES } from '../wire/api-rules.ts'
import { checkApiKey, separatedKeys } from './check-api-key.ts'
import type { Config, EngineConfig, MetricsAccess, MetricsConfig, ModelConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { defaultMaxRequestMemoryBytes } from './default-request-memory.ts'
import { type EngineSection, LLAMA_SECTION_SCHEMA, type LlamaSection } from './engine-sections.ts'
import type { Environment } from './environment.ts'
import { resolveAllowedHosts } from './resolve-allowed-hosts.ts'
import { resolveUpstream } from './resolve-upstream.ts'
import { withoutUndefined } from './without-undefined.ts'

/** The model that comes with the package. */
export const SHIPPED_MODEL_PATH = fileURLToPath(new URL('../../models/continuo-demo.gguf', import.meta.url))

const DEFAULT_ENGINE = 'default'
/** Less than the 90 s after which most service managers lose their patience. */
const DEFAULT_DRAIN_MS = 60_000

/** What is said where the server is started. It goes before the file; what is undefined was not said. */
export interface ConfigOverrides {
  readonly configPath?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  /** Added to those of the environment and the file. */
  readonly apiKeys?: readonly string[] | undefined
  /** Added to those of the file. */
  readonly allowedHosts?: readonly string[] | undefined
  readonly logLevel?: Config['logLevel'] | undefined
  readonly logFormat?: Config['logFormat'] | undefined
  readonly metricsAccess?: MetricsAccess | undefined
  /** Settings of the default engine, which is a model in this process then. */
  readonly engine?: LlamaSection | undefined
}

/**
 * Puts together what flags, environment, file and defaults say, in this order of weight.
 *
 * @throws ConfigError when something is wrong or two things do not go together
 */
export function resolveConfig(overrides: ConfigOverrides, environment: Environment): Config {
  const path = overrides.configPath ?? environment.CONTINUO_CONFIG
  const file: ConfigFile = path ? readConfigFile(path) : {}
  const folder = path ? dirname(resolve(path)) : process.cwd()
  const defaultEngine = chooseDefaultEngine(file)
  const organizationId = file.organizationId ?? randomUUID()
  const host = overrides.host ?? file.host ?? '127.0.0.1'
  const apiKeys = [
    ...(overrides.apiKeys ?? []).map((key) => checkApiKey(key, 'apiKeys (--api-key)')),
    ...separatedKeys(environment.CONTINUO_API_KEYS, 'CONTINUO_API_KEYS'),
    ...(file.apiKeys ?? []).map((key, index) => checkApiKey(key, `apiKeys.${index}`)),
  ]
  const hosts = resolveAllowedHosts([...(overrides.allowedHosts ?? []), ...(file.allowedHosts ?? [])])
  const config: Config = {
    host,
    port: overrides.port ?? file.port ?? 8642,
    apiKeys,
    sharedCache: file.sharedCache ?? false,
    // A page whose name was made to mean this machine has no key: where one is asked for it gets nothing.
    allowedHosts: apiKeys.length === 0 || hosts.length > 0 ? hosts : null,
    organizationId,
    signatureSecret: file.signatureSecret ?? organizationId,
    ...resolveBounds(file),
    rules: { ...DEFAULT_API_RULES, ...withoutUndefined(file.rules ?? {}) },
    engines: resolveEngines({ file, defaultEngine, folder, overrides: overrides.engine ?? {}, environment }),
    defaultEngine,
    models: resolveModels(file),
    logLevel: overrides.logLevel ?? file.logLevel ?? 'info',
    logFormat: overrides.logFormat ?? file.logFormat ?? 'auto',
    drainMs: file.drainMs ?? DEFAULT_DRAIN_MS,
    metrics: resolveMetrics({ file, overrides, environment, hosts: isLoopback(host) ? hosts : null }),
  }
  checkModels(config)
  return config
}

function resolveMetrics(given: {
  readonly file: ConfigFile
  readonly overrides: ConfigOverrides
  readonly environment: Environment
  /** Names by which a server may be asked without a key; null: any. */
  readonly hosts: readonly string[] | null
}): MetricsConfig {
  const { file, overrides, environment, hosts } = given
  const access = overrides.metricsAccess ?? file.metrics?.access ?? 'key'
  return {
    access,
    apiKeys: [
      ...separatedKeys(environment.CONTINUO_METRICS_KEYS, 'CONTINUO_METRICS_KEYS'),
      ...(file.metrics?.apiKeys ?? []).map((key, index) => checkApiKey(key, `metrics.apiKeys.${index}`)),
    ],
    allowedHosts: access === 'open' ? hosts : null,
  }
}

function resolveBounds(file: ConfigFile): Pick<Config, 'minCachedTokens' | 'maxRequestMemoryBytes'> {
  return {
    minCachedTokens: file.minCachedTokens ?? DEFAULT_MIN_CACHED_TOKENS,
    maxRequestMemoryBytes: file.maxRequestMemoryBytes ?? defaultMaxRequestMemoryBytes(),
  }
}

/**
 * Refuses to offer a machine's models to a whole network without a key.
 *
 * @throws ConfigError
 */
export function checkExposure(config: Pick<Config, 'host' | 'apiKeys'>): void {
  if (config.apiKeys.length > 0 || isLoopback(config.host)) return
  throw new ConfigError(
    `Listening on ${config.host} lets others reach this server, so it needs a key: add --api-key (or CONTINUO_API_KEYS), or listen on 127.0.0.1.`,
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function chooseDefaultEngine(file: ConfigFile): string {
  const names = Object.keys(file.engines ?? {})
  if (file.defaultEngine !== undefined) {
    if (names.includes(file.defaultEngine)) return file.defaultEngine
    throw new ConfigError(
      `defaultEngine is "${file.defaultEngine}", but engines names only: ${names.join(', ') || 'none'}.`,
    )
  }
  if (names.length > 1 && !names.includes(DEFAULT_ENGINE)) {
    throw new ConfigError(
      `There are ${names.length} engines: say which is the defaultEngine (${names.join(', ')}).`,
    )
  }
  return names.length === 1 && names[0] !== undefined ? names[0] : DEFAULT_ENGINE
}

function resolveEngines(given: {
  readonly file: ConfigFile
  readonly defaultEngine: string
  readonly folder: string
  readonly overrides: LlamaSection
  readonly environment: Environment
}): ReadonlyMap<string, EngineConfig> {
  const { file, defaultEngine, folder, environment } = given
  const overrides = checkOverrides(given.overrides)
  const engines = new Map<string, EngineConfig>()
  const sections: Record<string, EngineSection> = { [defaultEngine]: {}, ...file.engines }
  for (const [name, section] of Object.entries(sections)) {
    const said = name === defaultEngine ? overrides : {}
    if (!isLlama(section)) {
      checkNothingSaid(name, said)
      engines.set(name, resolveUpstream(name, section, environment))
      continue
    }
    const fromFile = section.model === undefined ? {} : { model: resolve(folder, section.model) }
    engines.set(name, resolveLlama({ ...section, ...fromFile, ...said }))
  }
  return engines
}

function isLlama(section: EngineSection): section is LlamaSection {
  return section.kind === undefined || section.kind === 'llama'
}

function checkNothingSaid(engine: string, said: LlamaSection): void {
  const [setting] = Object.keys(said)
  if (setting === undefined) return
  throw new ConfigError(
    `${setting} is a setting of a model in this process, but the default engine "${engine}" is on another server.`,
  )
}

function checkOverrides(overrides: LlamaSection): LlamaSection {
  const result = LLAMA_SECTION_SCHEMA.safeParse(withoutUndefined(overrides))
  if (result.success) {
    const { model } = result.data
    return model === undefined ? result.data : { ...result.data, model: resolve(model) }
  }
  const [issue] = result.error.issues
  throw new ConfigError(`${issue?.path.join('.')}: ${issue?.message}.`)
}

function resolveLlama(section: LlamaSection): EngineConfig {
  const defaults = DEFAULT_LLAMA_ENGINE_SETTINGS
  const settings: LlamaEngineSettings = {
    modelPath: section.model ?? SHIPPED_MODEL_PATH,
    maxSequences: unlessAuto(section.sequences),
    maxQueuedRequests: section.queue ?? defaults.maxQueuedRequests,
    contextWindowTokens: unlessAuto(section.contextTokens),
    seed: section.seed ?? defaults.seed,
    minP: section.minP ?? defaults.minP,
    tools: section.tools ?? defaults.tools,
    threads: unlessAuto(section.threads),
    kvCacheLayout: unlessAuto(section.kvCache),
    flashAttention: unlessAuto(section.flashAttention),
    responseTimeoutMs: unlessAuto(section.responseTimeoutMs),
    loadTimeoutMs: unlessAuto(section.loadTimeoutMs),
  }
  return { type: 'llama', settings, format: unlessAuto(section.format) }
}

function unlessAuto<Value>(value: Value | 'auto' | undefined): Value | null {
  return value === undefined || value === 'auto' ? null : (value as Value)
}

function resolveModels(file: ConfigFile): ReadonlyMap<string, ModelConfig> {
  return new Map(
    Object.entries(file.models ?? {}).map(([id, model]) => [
      id,
      typeof model === 'string' ? { engine: model } : withoutUndefined(model),
    ]),
  )
}

function checkModels(config: Config): void {
  for (const [id, { engine }] of config.models) {
    if (!config.engines.has(engine)) {
      throw new ConfigError(
        `models maps "${id}" to the engine "${engine}", but engines names only: ${[...config.engines.keys()].join(', ')}.`,
      )
    }
  }
}

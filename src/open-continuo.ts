import { completeInProcess } from './compose/complete-in-process.ts'
import { composeAdmin } from './compose/compose-admin.ts'
import { composeApp } from './compose/compose-app.ts'
import { composeBatches } from './compose/compose-batches.ts'
import { composeConsole } from './compose/compose-console.ts'
import { composeFaults } from './compose/compose-faults.ts'
import { composeMetrics, metricsEndpoint } from './compose/compose-metrics.ts'
import { composeRecording } from './compose/compose-recording.ts'
import type { Continuo, LoadingContinuo } from './compose/continuo.ts'
import { locateModels } from './compose/locate-models.ts'
import type { LoadingEvents, OpenEngine } from './compose/open-engines.ts'
import { openLog } from './compose/open-log.ts'
import { openPlatform } from './compose/open-platform.ts'
import { reloadConfig } from './compose/reload-config.ts'
import { shareAppOptions } from './compose/share-app-options.ts'
import { startEngines } from './compose/start-engines.ts'
import type { Config } from './config/config.ts'
import type { ConfigOverrides } from './config/config-overrides.ts'
import { ModelRoutes } from './config/model-routes.ts'
import { resolveConfig } from './config/resolve-config.ts'
import { EngineDirectory } from './serving/engine-directory.ts'
import { endStartPhase } from './util/start-phases.ts'

export { CompletionError } from './completion/completion-error.ts'
export { EngineLoadError } from './completion/engine-load-error.ts'
export type { Continuo, LoadingContinuo } from './compose/continuo.ts'
export type { LoadingEvents, OpenEngine } from './compose/open-engines.ts'
export { ConfigError } from './config/config-error.ts'
export type { ConfigOverrides } from './config/config-overrides.ts'
export type { LoadingProgress } from './engines/llama/protocol/engine-message.ts'
export { type RunningServer, type ServeOptions, serve } from './http/server/serve.ts'
export type { DownloadProgress } from './model-files/locate-model.ts'
export { StateError } from './state/state-error.ts'

/**
 * Opens models in this process.
 *
 * @param overrides settings that take precedence over the configuration file and the defaults; without any, the small
 *   model of this package is used
 * @throws ConfigError when a setting is wrong
 * @throws StateError when the state cannot be opened; without a setting there is none
 * @throws EngineLoadError when a model cannot be loaded
 * @example
 *   const continuo = await openContinuo({ engine: { model: 'my-model.gguf' } })
 *   const client = new Continuo({ apiKey: 'any', fetch: continuo.fetch })
 */
export async function openContinuo(overrides: ConfigOverrides = {}): Promise<Continuo> {
  const config = resolveConfig({ logLevel: 'error', ...overrides }, process.env)
  const { continuo, loaded } = await startContinuo(config)
  await loaded
  return continuo
}

/**
 * Downloads the models that are not on this machine, opens the state, and starts to open the models of a configuration;
 * until they are loaded, requests are refused with 529.
 *
 * @throws EngineLoadError when a model cannot be found or downloaded
 * @throws StateError when the state cannot be opened
 */
export async function startContinuo(given: Config, events: LoadingEvents = {}): Promise<LoadingContinuo> {
  const config = await locateModels(given, events)
  const logger = openLog(config)
  const routes = new ModelRoutes(config)
  const directory = new EngineDirectory<OpenEngine>(routes)
  const metrics = composeMetrics(routes, directory)
  const options = { catalog: routes.catalog, logger, limitObserver: metrics.limits }
  const engines = startEngines(config.engines, { routes, directory, logger, events, metrics })
  const platform = await openPlatform(config, options).catch(async (error) => {
    metrics.close()
    await engines.close()
    throw error
  })
  const endpoint = metricsEndpoint(config, metrics, platform.keys)
  const administered = composeAdmin(config, platform, routes.catalog)
  const { faults, admin } = composeFaults(config.faults, administered, logger)
  const shared = shareAppOptions(config, platform, { directory, routes, logger, metrics })
  const batches = composeBatches(config, platform, { app: shared, directory, metrics })
  const console = composeConsole(config, platform, { routes, directory, engines })
  const { app, serving } = composeApp({
    ...shared,
    keys: platform.keys,
    requestObserver: metrics.requests,
    admit: platform.limits.admission.admit,
    costOf: platform.costOf,
    ...composeRecording(metrics, logger, platform),
    ...(endpoint === null ? {} : { metrics: endpoint }),
    ...{ faults, admin, console },
    ...(batches === null ? {} : { messageBatches: batches.api }),
  })
  const closeAll = async () => {
    engines.giveUp()
    metrics.close()
    await batches?.close()
    await engines.close()
    await platform.close()
  }
  let closed: Promise<void> | null = null
  const close = () => {
    closed ??= closeAll()
    return closed
  }
  const continuo: Continuo = {
    ...app,
    complete: (request, signal) => completeInProcess(request, signal, serving),
    ...{ catalog: routes.catalog, defaultModelId: routes.defaultModelId },
    ...{ engineModels: routes.engineModels, engines: directory.engines },
    ...{ faults: faults.list, readiness: () => directory.readiness },
    stateName: platform.shared?.state.name ?? null,
    setUpPath: platform.shared?.setUpLink?.path ?? null,
    reload: (next) => reloadConfig(given, next, { platform, logger }),
    ...{ drain: () => directory.drain(), close },
  }
  endStartPhase('composition')
  const loaded = engines.opened.catch(async (error) => {
    await close()
    throw error
  })
  return { continuo, loaded }
}

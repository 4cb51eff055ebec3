import type { CompletionEvent } from './completion/completion-event.ts'
import type { CompletionRequest } from './completion/completion-request.ts'
import type { Config, LlamaEngineConfig, UpstreamEngineConfig } from './config/config.ts'
import { ModelRoutes } from './config/model-routes.ts'
import { type ConfigOverrides, resolveConfig } from './config/resolve-config.ts'
import { LlamaEngine } from './engines/llama/llama-engine.ts'
import type { LoadingProgress } from './engines/llama/protocol/engine-message.ts'
import { UpstreamEngine } from './engines/upstream/upstream-engine.ts'
import type { ApiRequest } from './http/api-request.ts'
import type { ApiResponse } from './http/api-response.ts'
import { createApp } from './http/app.ts'
import type { MetricsEndpoint } from './http/app-dependencies.ts'
import { createLogger, type Log } from './logging/create-logger.ts'
import type { EngineMetrics, EngineState } from './metrics/engine-metrics.ts'
import { Metrics } from './metrics/metrics.ts'
import type { ModelCatalog } from './models/model-catalog.ts'
import { complete } from './serving/complete.ts'
import { EngineDirectory, type Readiness } from './serving/engine-directory.ts'
import { packageVersion } from './util/package-version.ts'
import { standardError } from './util/standard-output.ts'

export { CompletionError } from './completion/completion-error.ts'
export { EngineLoadError } from './completion/engine-load-error.ts'
export { ConfigError } from './config/config-error.ts'
export type { ConfigOverrides } from './config/resolve-config.ts'
export type { LoadingProgress } from './engines/llama/protocol/engine-message.ts'

/** An engine that answers, or will again: a model in this process, or one on another server. */
export type OpenEngine = LlamaEngine | UpstreamEngine

/** A Text Completions API in this process, with or without a port before it. */
export interface Continuo {
  /**
   * Answers a request as the API does, with no network between. Hand it to a client as its `fetch`: the host of the URL
   * is not looked at, only the path.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** The same for a server of this package, which puts it on a port. */
  readonly handle: (request: ApiRequest) => Promise<ApiResponse>
  /** The same completions as events of the domain, for programs that want no HTTP at all. */
  readonly complete: (
    request: CompletionRequest,
    signal: AbortSignal,
  ) => AsyncGenerator<readonly CompletionEvent[]>
  readonly catalog: ModelCatalog
  /** A model id that the default engine answers for. */
  readonly defaultModelId: string
  /** The engines that are open, by name. */
  readonly engines: ReadonlyMap<string, OpenEngine>
  readonly readiness: () => Readiness
  /** From now on new requests are answered 529; those that run go on. */
  readonly drain: () => void
  /** Ends every engine at once. Call it when no request is wanted any more. */
  readonly close: () => Promise<void>
}

/** How the opening of the models fares, for those who watch. */
export interface LoadingEvents {
  readonly onLoading?: (engine: string, progress: LoadingProgress) => void
}

/** A Continuo whose models are still being loaded. */
export interface OpeningContinuo {
  readonly continuo: Continuo
  /**
   * Settles when every model is loaded.
   *
   * @throws EngineLoadError when one cannot be; everything is closed then
   */
  readonly loaded: Promise<void>
}

/**
 * Opens models in this process.
 *
 * @param overrides what to set otherwise than the configuration file, if any, and the defaults; with nothing set, the
 *   small model that comes with the package answers
 * @throws ConfigError when a setting is wrong
 * @throws EngineLoadError when a model cannot be loaded
 * @example
 *   const continuo = await openContinuo({ engine: { model: 'my-model.gguf' } })
 *   const client = new Continuo({ apiKey: 'any', fetch: continuo.fetch })
 */
export async function openContinuo(overrides: ConfigOverrides = {}): Promise<Continuo> {
  const config = resolveConfig({ logLevel: 'error', ...overrides }, process.env)
  const { continuo, loaded } = startContinuo(config)
  await loaded
  return continuo
}

/** Starts to open what a configuration names; requests are answered 529 until it is loaded. */
export function startContinuo(config: Config, events: LoadingEvents = {}): OpeningContinuo {
  const logger = openLog(config)
  const routes = new ModelRoutes(config)
  const directory = new EngineDirectory<OpenEngine>(routes)
  const metrics = createMetrics(config, directory, routes)
  const runCompletion = (request: CompletionRequest, signal: AbortSignal) =>
    complete(request, signal, {
      engines: directory,
      tokenObserver: (modelId) => metrics.completions.tokenObserver(modelId),
      recordUsage: (record) => {
        metrics.completions.record(record)
        logger.debug(record, 'usage')
      },
      nowMs: () => performance.now(),
    })
  const { metrics: _, ...settings } = config
  const app = createApp({
    ...settings,
    complete: runCompletion,
    engines: directory,
    catalog: routes.catalog,
    logger,
    requestObserver: metrics.requests,
    ...metricsEndpoint(config, metrics),
  })
  const closing = new AbortController()
  const close = async () => {
    directory.drain()
    closing.abort()
    metrics.close()
    await Promise.all([...directory.engines.values()].map((engine) => engine.close()))
  }
  const continuo: Continuo = {
    ...app,
    complete: runCompletion,
    catalog: routes.catalog,
    defaultModelId: routes.defaultModelId,
    engines: directory.engines,
    readiness: () => directory.readiness,
    drain: () => directory.drain(),
    close,
  }
  return {
    continuo,
    loaded: loadEngines(config, directory, {
      logger,
      events,
      metrics: metrics.engines,
      signal: closing.signal,
    }).catch(async (error) => {
      await close()
      throw error
    }),
  }
}

/** Logs go to standard error, so that standard output is the program's. */
function openLog(config: Config): Log {
  const { stderr } = process
  return createLogger(config, {
    lines: standardError(),
    isTerminal: stderr.isTTY,
    hasColors: stderr.isTTY && stderr.hasColors(),
  })
}

function createMetrics(config: Config, directory: EngineDirectory<OpenEngine>, routes: ModelRoutes): Metrics {
  const { catalog } = routes
  return new Metrics({
    version: packageVersion(),
    engines: [...config.engines.keys()],
    droppedLogLines: () => standardError().droppedLines,
    engineStates: () => [...config.engines.keys()].map((name) => engineState(name, directory)),
    labelsOf: (modelId) => ({
      engine: routes.engineFor(modelId),
      // Programs in this process may ask for what is in no catalogue.
      model: catalog.has(modelId) ? catalog.resolve(modelId) : 'other',
    }),
  })
}

function engineState(name: string, directory: EngineDirectory<OpenEngine>): EngineState {
  const engine = directory.engines.get(name)
  const isReady = directory.readinessOf(name) === 'ready'
  if (engine === undefined) return { engine: name, isReady }
  if (engine instanceof UpstreamEngine) return { engine: name, isReady, replicas: engine.replicas }
  const { processId, sequenceLoad } = engine
  return { engine: name, isReady, processId, sequenceLoad }
}

function metricsEndpoint(config: Config, metrics: Metrics): { metrics?: MetricsEndpoint } {
  const { access, apiKeys, allowedHosts } = config.metrics
  if (access === 'off') return {}
  const keysThatOpen = apiKeys.length > 0 ? apiKeys : config.apiKeys
  const { contentType } = metrics
  return {
    metrics: {
      contentType,
      render: () => metrics.render(),
      apiKeys: access === 'open' ? [] : keysThatOpen,
      allowedHosts,
    },
  }
}

/** What every engine is opened with. */
interface Opening {
  readonly logger: Log
  readonly events: LoadingEvents
  readonly metrics: EngineMetrics
  readonly signal: AbortSignal
}

async function loadEngines(
  config: Config,
  directory: EngineDirectory<OpenEngine>,
  opening: Opening,
): Promise<void> {
  // One after the other: models in this process measure their best settings, and two at once would measure each other.
  for (const [name, engine] of config.engines) {
    directory.add(
      name,
      engine.type === 'llama' ? await openLlama(name, engine, opening) : openUpstream(name, engine, opening),
    )
  }
}

function openLlama(
  name: string,
  { settings, format }: LlamaEngineConfig,
  { logger, events, metrics, signal }: Opening,
): Promise<LlamaEngine> {
  return LlamaEngine.open({
    settings,
    format,
    signal,
    events: {
      onLoading: (progress) => events.onLoading?.(name, progress),
      onCrash: (reason) => {
        metrics.crashed(name)
        logger.error({ engine: name, reason }, 'the engine stopped and is being restarted')
      },
      onUnresponsive: (isUnresponsive) => {
        if (isUnresponsive) logger.warn({ engine: name }, 'the engine does not respond')
        else logger.info({ engine: name }, 'the engine responds again')
      },
      onStall: () => metrics.stalled(name),
      onRestart: () => {
        metrics.restarted(name)
        logger.info({ engine: name }, 'the engine is ready again')
      },
    },
  })
}

function openUpstream(
  name: string,
  { settings }: UpstreamEngineConfig,
  { logger, metrics }: Opening,
): UpstreamEngine {
  return new UpstreamEngine(settings, {
    onFailure: (address, kind) => metrics.upstreamFailed(name, address, kind),
    onWarning: (warning) => logger.warn({ engine: name, warning }, 'upstream warning'),
    onEject: (address, reason, forMs) =>
      logger.error(
        { engine: name, upstream: address, reason, forMs },
        'an upstream failed and gets no requests for now',
      ),
    onBack: (address) => logger.info({ engine: name, upstream: address }, 'the upstream is available again'),
  })
}

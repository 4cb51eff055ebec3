import { EngineLoadError } from '../completion/engine-load-error.ts'
import type { Config, EngineConfig, LlamaEngineConfig, UpstreamEngineConfig } from '../config/config.ts'
import { LlamaEngine } from '../engines/llama/llama-engine.ts'
import type { LoadedModels } from '../engines/llama/loaded-models.ts'
import { OnDemandEngine } from '../engines/llama/on-demand-engine.ts'
import type { LoadingProgress } from '../engines/llama/protocol/engine-message.ts'
import type { UpstreamEngine } from '../engines/upstream/upstream-engine.ts'
import type { Log } from '../logging/create-logger.ts'
import type { EngineMetrics } from '../metrics/engine-metrics.ts'
import type { DownloadProgress } from '../model-files/locate-model.ts'
import { modelFacts, neededBytes } from '../model-files/model-facts.ts'
import { RecordingEngine } from '../recordings/recording-engine.ts'
import { ReplayEngine } from '../recordings/replay-engine.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { packageVersion } from '../util/package-version.ts'

/** An engine that generates: a model in this process, or one on another server. */
export type GeneratingEngine = LlamaEngine | OnDemandEngine | UpstreamEngine

/** An open engine, which may be recorded, or play recordings. */
export type OpenEngine = GeneratingEngine | RecordingEngine<GeneratingEngine> | ReplayEngine

/** The engine that generates, without what records it; null where recordings are played. */
export function generatingEngine(engine: OpenEngine): GeneratingEngine | null {
  if (engine instanceof ReplayEngine) return null
  return engine instanceof RecordingEngine ? engine.inner : engine
}

/** Callbacks that follow the download and the loading of models. */
export interface LoadingEvents {
  readonly onDownload?: (progress: DownloadProgress) => void
  readonly onLoading?: (engine: string, progress: LoadingProgress) => void
}

/** What engines are opened with. */
export interface OpenEnginesOptions {
  /** Those that are loaded when they are asked for. */
  readonly models: LoadedModels
  readonly logger: Log
  readonly events: LoadingEvents
  readonly metrics: EngineMetrics
  /** When it fires, opening ends. */
  readonly signal: AbortSignal
}

/**
 * Opens the engines of a configuration and adds each to the directory.
 *
 * @throws EngineLoadError when one cannot be opened; those before it stay open
 */
export async function openEngines(
  engines: Config['engines'],
  directory: EngineDirectory<OpenEngine>,
  options: OpenEnginesOptions,
): Promise<void> {
  // One after the other: a model in this process measures its best settings, and two at once would disturb each other.
  for (const [name, engine] of engines) directory.add(name, await openEngine(name, engine, options))
}

async function openEngine(
  name: string,
  config: EngineConfig,
  options: OpenEnginesOptions,
): Promise<OpenEngine> {
  if (config.kind === 'replay') return loading(ReplayEngine.open(config.settings))
  const engine =
    config.kind === 'upstream'
      ? await openUpstream(name, config, options)
      : config.settings.onDemand
        ? openOnDemand(name, config, options)
        : await openLlama(name, config, options)
  const { recording } = config
  if (recording === undefined) return engine
  const recorded = RecordingEngine.open<GeneratingEngine>(engine, {
    ...recording,
    version: packageVersion(),
    onWarning: (warning) => options.logger.warn({ engine: name, warning }, 'recording warning'),
  })
  return loading(recorded).catch(async (error) => {
    await engine.close()
    throw error
  })
}

function loading<Opened>(opening: Promise<Opened>): Promise<Opened> {
  return opening.catch((cause) => {
    throw new EngineLoadError((cause as Error).message, { cause })
  })
}

function openLlama(
  name: string,
  { settings }: LlamaEngineConfig,
  { logger, events, metrics, signal }: OpenEnginesOptions,
): Promise<LlamaEngine> {
  return LlamaEngine.open({
    settings,
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
      onDrafts: (drafts) => metrics.drafted(name, drafts),
      onRestart: () => {
        metrics.restarted(name)
        logger.info({ engine: name }, 'the engine is ready again')
      },
    },
  })
}

/** An engine that loads its model when it is asked for. */
export function openOnDemand(
  name: string,
  config: LlamaEngineConfig,
  options: OpenEnginesOptions,
): OnDemandEngine {
  const { logger, models } = options
  const { model, draftModel } = config.settings
  const files = draftModel === undefined ? [model] : [model, draftModel]
  const bytes = files.map(modelFacts).map((facts) => (facts === null ? 0 : neededBytes(facts)))
  return new OnDemandEngine({
    ...{ settings: config.settings, models, neededBytes: bytes.reduce((sum, one) => sum + one, 0) },
    open: (signal) => openLlama(name, config, { ...options, signal }),
    onLoad: () => logger.info({ engine: name }, 'the model is loaded'),
    onUnload: () => logger.info({ engine: name }, 'the model is unloaded'),
    onLoadFailed: (reason) => logger.error({ engine: name, reason }, 'the model could not be loaded'),
  })
}

async function openUpstream(
  name: string,
  { settings }: UpstreamEngineConfig,
  { logger, metrics }: OpenEnginesOptions,
): Promise<UpstreamEngine> {
  // Its HTTP client is loaded by those who use it.
  const { UpstreamEngine } = await import('../engines/upstream/upstream-engine.ts')
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

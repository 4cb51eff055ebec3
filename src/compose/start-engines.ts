import type { Config } from '../config/config.ts'
import type { ModelRoutes } from '../config/model-routes.ts'
import { LoadedModels } from '../engines/llama/loaded-models.ts'
import type { Log } from '../logging/create-logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { availableMemoryBytes } from '../util/available-memory.ts'
import { endStartPhase, sinceStart, startPhases } from '../util/start-phases.ts'
import { AddedModels } from './added-models.ts'
import {
  generatingEngine,
  type OpenEngine,
  type OpenEnginesOptions,
  openEngines,
  openOnDemand,
} from './open-engines.ts'

/** Engines that are being opened. */
export interface StartedEngines {
  /** Resolves when all are open; rejects with EngineLoadError when one cannot be. */
  readonly opened: Promise<void>
  /** Those that are added while the server runs. */
  readonly added: AddedModels
  /** Refuses requests, and gives up what is still being opened. */
  readonly giveUp: () => void
  /** Ends every engine at once. */
  readonly close: () => Promise<void>
}

/** What engines are started with. */
export interface StartEnginesOptions extends Omit<OpenEnginesOptions, 'signal' | 'models' | 'metrics'> {
  readonly metrics: Pick<Metrics, 'engines'>
  readonly routes: ModelRoutes
  readonly directory: EngineDirectory<OpenEngine>
}

/** Starts to open the engines of a configuration: their processes load models while this one does the rest. */
export function startEngines(
  engines: Config['engines'],
  { routes, directory, metrics, ...given }: StartEnginesOptions,
): StartedEngines {
  const closing = new AbortController()
  const models = new LoadedModels(availableMemoryBytes)
  const options = { ...given, metrics: metrics.engines, models, signal: closing.signal }
  const opened = openEngines(engines, directory, options).then(() => logPhases(directory, options.logger))
  const added = new AddedModels({
    ...{ routes, environment: process.env },
    addOnDemand: (name, config) => directory.add(name, openOnDemand(name, config, options)),
  })
  const giveUp = () => {
    added.close()
    directory.drain()
    closing.abort()
  }
  // Those who wait for it report a failure; until then it must not count as unhandled.
  opened.catch(() => undefined)
  return {
    opened,
    added,
    giveUp,
    close: async () => {
      giveUp()
      await Promise.all([...directory.engines.values()].map((engine) => engine.close()))
      // One may have been opened meanwhile.
      await opened.catch(() => undefined)
      await Promise.all([...directory.engines.values()].map((engine) => engine.close()))
    },
  }
}

/** Logs when each phase of the start ended, in milliseconds since the process began. */
function logPhases(directory: EngineDirectory<OpenEngine>, logger: Log): void {
  endStartPhase('models')
  const phases: Record<string, number> = {}
  for (const opened of directory.engines.values()) {
    const engine = generatingEngine(opened)
    if (engine !== null && 'startPhases' in engine) Object.assign(phases, engine.startPhases)
  }
  logger.debug({ endedMs: sinceStart({ ...startPhases(), ...phases }) }, 'started')
}

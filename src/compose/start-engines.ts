import type { Config } from '../config/config.ts'
import type { Log } from '../logging/create-logger.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { endStartPhase, sinceStart, startPhases } from '../util/start-phases.ts'
import { generatingEngine, type OpenEngine, type OpenEnginesOptions, openEngines } from './open-engines.ts'

/** Engines that are being opened. */
export interface StartedEngines {
  /** Resolves when all are open; rejects with EngineLoadError when one cannot be. */
  readonly opened: Promise<void>
  /** Refuses requests, and gives up what is still being opened. */
  readonly giveUp: () => void
  /** Ends every engine at once. */
  readonly close: () => Promise<void>
}

/** Starts to open the engines of a configuration: their processes load models while this one does the rest. */
export function startEngines(
  engines: Config['engines'],
  directory: EngineDirectory<OpenEngine>,
  options: Omit<OpenEnginesOptions, 'signal'>,
): StartedEngines {
  const closing = new AbortController()
  const opened = openEngines(engines, directory, { ...options, signal: closing.signal }).then(() =>
    logPhases(directory, options.logger),
  )
  const giveUp = () => {
    directory.drain()
    closing.abort()
  }
  // Those who wait for it report a failure; until then it must not count as unhandled.
  opened.catch(() => undefined)
  return {
    opened,
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

import type { Config } from '../config/config.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { type OpenEngine, type OpenEnginesOptions, openEngines } from './open-engines.ts'

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
  const opened = openEngines(engines, directory, { ...options, signal: closing.signal })
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

import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../config/config.ts'
import type { Log } from '../logging/create-logger.ts'
import type { Platform } from './open-platform.ts'

/** The settings that change while a server runs. */
const RELOADED: readonly (keyof Config)[] = ['apiKeys', 'adminKeys', 'logLevel']

/**
 * Applies the settings of another configuration that can change while the server runs.
 *
 * @param current the configuration of the start; the keys of another one are compared with nothing
 * @returns the names of the other settings that differ
 */
export async function reloadConfig(
  current: Config,
  next: Config,
  {
    platform,
    logger,
  }: { readonly platform: Pick<Platform, 'declareKeys'>; readonly logger: Pick<Log, 'level'> },
): Promise<readonly string[]> {
  const names = Object.keys(next) as (keyof Config)[]
  const others = names.filter(
    (name) => !RELOADED.includes(name) && !isDeepStrictEqual(current[name], next[name]),
  )
  // Without the keys that it required, a server would accept any key.
  if (!others.includes('access')) await platform.declareKeys(next)
  logger.level = next.logLevel
  return others
}

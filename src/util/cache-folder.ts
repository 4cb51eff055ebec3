import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** A value of the variable for programs that keep nothing. */
const NONE = 'none'

/**
 * Where this program keeps what it can make again: compiled code and measured settings. `CONTINUO_CACHE` names another
 * folder, or `none`.
 *
 * @returns null where nothing is kept
 */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
): string | null {
  const given = environment.CONTINUO_CACHE
  if (given === NONE) return null
  if (given) return resolve(given)
  const home = homedir()
  if (platform === 'win32')
    return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'continuo', 'cache')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'continuo')
  return join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'continuo')
}

import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './resolve-upstream.ts'

/** Where programs of this platform keep the data of a user: the place of the state unless another is set. */
export function defaultStateFolder(environment: Environment, platform: string = process.platform): string {
  const home = homedir()
  if (platform === 'win32')
    return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'continuo')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'continuo')
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'continuo')
}

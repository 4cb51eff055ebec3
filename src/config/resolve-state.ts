import { isAbsolute, resolve } from 'node:path'
import { DEFAULT_STALE_SECONDS } from '../state/settings.ts'
import { StateError } from '../state/state-error.ts'
import { parseStateLocation, type StateLocation } from '../state/state-location.ts'
import type { Config } from './config.ts'
import { ConfigError } from './config-error.ts'
import type { ConfigOverrides } from './config-overrides.ts'
import type { ConfigFile } from './config-schema.ts'
import { defaultStateFolder } from './default-state-folder.ts'
import type { Environment } from './resolve-upstream.ts'

/**
 * Where the state is kept. Folders in the file are relative to the file's own.
 *
 * @param fileFolder the folder of the configuration file
 * @throws ConfigError for a place that cannot be one
 */
export function resolveState(
  file: Pick<ConfigFile, 'state' | 'stateFolder'>,
  fileFolder: string,
  overrides: Pick<ConfigOverrides, 'state' | 'hasStateByDefault'>,
  environment: Environment,
): Pick<Config, 'state' | 'stateFolder'> {
  const section = typeof file.state === 'string' ? { place: file.state } : file.state
  const named =
    overrides.state ?? (environment.CONTINUO_STATE || undefined) ?? placeInFile(section?.place, fileFolder)
  const userFolder = defaultStateFolder(environment)
  const place = named ?? (overrides.hasStateByDefault === true ? userFolder : 'none')
  const location = locationOf(place)
  const defaultFolder = location.kind === 'folder' ? location.folder : userFolder
  return {
    state: {
      place,
      isDefault: named === undefined,
      staleSeconds:
        section !== undefined && 'staleSeconds' in section ? section.staleSeconds : DEFAULT_STALE_SECONDS,
    },
    stateFolder: file.stateFolder === undefined ? defaultFolder : resolve(fileFolder, file.stateFolder),
  }
}

function placeInFile(place: string | undefined, fileFolder: string): string | undefined {
  if (place === undefined || isAbsolute(place)) return place
  return locationOf(place).kind === 'folder' ? resolve(fileFolder, place) : place
}

function locationOf(place: string): StateLocation {
  try {
    return parseStateLocation(place)
  } catch (error) {
    if (error instanceof StateError) throw new ConfigError(`${error.message}.`)
    throw error
  }
}

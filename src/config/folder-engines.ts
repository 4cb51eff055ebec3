import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LLAMA_SETTINGS_SCHEMA } from '../engines/llama/settings.ts'
import { isModelPath } from '../model-files/choose-gguf-file.ts'
import { filesIn } from '../model-files/hub-cache.ts'
import { isLaterPart, modelNameOf } from '../model-files/model-parts.ts'
import type { LlamaEngineConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { type ConfigOverrides, givenEngineSettings } from './config-overrides.ts'
import type { ConfigFile } from './config-schema.ts'

/** Folders in a folder of models, such as `OWNER/REPO`. */
const DEPTH = 3

/**
 * An engine for each model of the folder, by its name; none without such a folder. The settings that flags give hold for all of
 * them.
 *
 * @throws ConfigError when there is no folder, or no model in it
 */
export function folderEngines(
  file: Pick<ConfigFile, 'modelsFolder'>,
  fileFolder: string,
  overrides: Pick<ConfigOverrides, 'modelsFolder' | 'engine'>,
): ReadonlyMap<string, LlamaEngineConfig> {
  const given = overrides.modelsFolder === undefined ? undefined : resolve(overrides.modelsFolder)
  const inFile = file.modelsFolder === undefined ? undefined : resolve(fileFolder, file.modelsFolder)
  const folder = given ?? inFile
  if (folder === undefined) return new Map()
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ConfigError(`modelsFolder (--models) is ${folder}, which is no folder.`)
  const paths = filesIn(folder, DEPTH).filter((path) => isModelPath(path) && !isLaterPart(path))
  if (paths.length === 0)
    throw new ConfigError(`modelsFolder (--models) is ${folder}, which has no GGUF file.`)
  const { model: _, servedModelName: __, ...settings } = givenEngineSettings(overrides)
  const section = LLAMA_SETTINGS_SCHEMA.parse({ onDemand: true, ...settings })
  return new Map(
    paths
      .toSorted()
      .map((path) => [
        modelNameOf(path),
        { kind: 'llama', settings: { ...section, model: join(folder, path) } },
      ]),
  )
}

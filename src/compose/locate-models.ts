import { isAbsolute } from 'node:path'
import type { Config, EngineConfig } from '../config/config.ts'
import { type DownloadProgress, locateModel } from '../model-files/locate-model.ts'

/** What follows the download of models. */
export interface LocatingEvents {
  readonly onDownload?: (progress: DownloadProgress) => void
}

/**
 * The same configuration with the file of each model that is given by name. What is not on this machine is downloaded.
 *
 * @throws EngineLoadError with a message of one line
 */
export async function locateModels(config: Config, { onDownload }: LocatingEvents): Promise<Config> {
  const locate = async (model: string) => {
    if (isAbsolute(model)) return { path: model, id: null }
    const onProgress = (progress: DownloadProgress) => onDownload?.(progress)
    return locateModel(model, { environment: process.env, onProgress })
  }
  const engines = new Map<string, EngineConfig>()
  for (const [name, engine] of config.engines) {
    if (engine.kind !== 'llama') {
      engines.set(name, engine)
      continue
    }
    const { draftModel } = engine.settings
    const { path, id } = await locate(engine.settings.model)
    const drafts = draftModel === undefined ? {} : { draftModel: (await locate(draftModel)).path }
    const named = id === null ? {} : { servedModelName: id }
    engines.set(name, { ...engine, settings: { ...named, ...engine.settings, ...drafts, model: path } })
  }
  return { ...config, engines }
}

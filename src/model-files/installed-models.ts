import { join } from 'node:path'
import { isModelPath } from './choose-gguf-file.ts'
import { filesIn } from './hub-cache.ts'
import type { ModelFolders } from './model-folders.ts'
import { isLaterPart, modelNameOf } from './model-parts.ts'
import { ollamaModels } from './ollama-models.ts'

/** Below a cache: repository, `snapshots`, commit, and two folders of the repository. */
const HUB_DEPTH = 6
/** The host of an address and its folders. */
const OWN_DEPTH = 8

/** A model on this machine. */
export interface InstalledModel {
  /** What `--model` takes. */
  readonly reference: string
  readonly name: string
  /** Of several parts the first. */
  readonly path: string
  /** The program that keeps it. */
  readonly holder: 'Hugging Face' | 'Ollama' | 'LM Studio' | 'llama.cpp' | 'Continuo'
}

/** The models in the folders of this user's programs, by name. */
export function installedModels(folders: ModelFolders): InstalledModel[] {
  const models = [
    ...hubModels(folders.hub),
    ...ollamaModels(folders.ollama).map(
      ({ name, path }): InstalledModel => ({ reference: `ollama:${name}`, name, path, holder: 'Ollama' }),
    ),
    ...folders.lmStudio.flatMap((folder) => modelsIn(folder, 4, 'LM Studio')),
    ...modelsIn(folders.llamaCpp, 1, 'llama.cpp'),
    ...modelsIn(folders.own, OWN_DEPTH, 'Continuo'),
  ]
  return models.sort((one, other) => one.name.localeCompare(other.name))
}

function hubModels(cache: string): InstalledModel[] {
  const found = modelsIn(cache, HUB_DEPTH, 'Hugging Face').flatMap((model): InstalledModel[] => {
    const [, repository, file] =
      /models--([^/\\]+)[/\\]snapshots[/\\][^/\\]+[/\\](.+)$/.exec(model.path) ?? []
    if (repository === undefined || file === undefined) return []
    const reference = `hf:${repository.replace('--', '/')}/${file.replaceAll('\\', '/')}`
    return [{ ...model, reference }]
  })
  // A file may be in the folders of several commits.
  return [...new Map(found.map((model) => [model.reference, model])).values()]
}

function modelsIn(folder: string, depth: number, holder: InstalledModel['holder']): InstalledModel[] {
  return filesIn(folder, depth)
    .filter((path) => isModelPath(path) && !isLaterPart(path))
    .map((path) => {
      const name = modelNameOf(path)
      return { reference: name, name, path: join(folder, path), holder }
    })
}

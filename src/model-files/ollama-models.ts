import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { filesIn } from './hub-cache.ts'

const REGISTRY = 'registry.ollama.ai'
const LIBRARY = 'library'
const MODEL_LAYER = 'application/vnd.ollama.image.model'
/** `manifests/HOST/OWNER/NAME/TAG` */
const MANIFEST_DEPTH = 4

/** A model that Ollama has downloaded. */
export interface OllamaModel {
  /** As people write it: `NAME:TAG`. */
  readonly name: string
  /** A GGUF file without that ending. */
  readonly path: string
}

/** The models in Ollama's folder. */
export function ollamaModels(folder: string): OllamaModel[] {
  return filesIn(join(folder, 'manifests'), MANIFEST_DEPTH).flatMap((manifest) => {
    const path = modelPath(folder, manifest)
    return path === null ? [] : [{ name: nameOf(manifest), path }]
  })
}

/** A model of Ollama by its name; null if it is not on this machine. */
export function findOllamaModel(folder: string, name: string, tag: string): OllamaModel | null {
  const parts = name.split('/')
  const full = [...[REGISTRY, LIBRARY].slice(0, Math.max(0, 3 - parts.length)), ...parts]
  const path = modelPath(folder, [...full, tag].join('/'))
  return path === null ? null : { name: `${name}:${tag}`, path }
}

function nameOf(manifest: string): string {
  const tag = manifest.split('/').at(-1)
  const name = manifest.split('/').slice(0, -1).join('/')
  return `${name.replace(`${REGISTRY}/`, '').replace(`${LIBRARY}/`, '')}:${tag}`
}

/** A manifest lists the files of a model by their checksums. */
function modelPath(folder: string, manifest: string): string | null {
  try {
    const { layers = [] } = JSON.parse(
      readFileSync(join(folder, 'manifests', manifest.replaceAll('/', sep)), 'utf8'),
    ) as { layers?: readonly { mediaType?: string; digest?: string }[] }
    const digest = layers.find(({ mediaType }) => mediaType === MODEL_LAYER)?.digest ?? ''
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return null
    const path = join(folder, 'blobs', digest.replace(':', '-'))
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

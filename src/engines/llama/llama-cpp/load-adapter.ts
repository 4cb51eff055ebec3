import { existsSync } from 'node:fs'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { Adapter } from './bind-adapters.ts'
import type { LlamaLibrary } from './llama-library.ts'
import type { Pointer } from './native-library.ts'

/**
 * Loads a LoRA adapter.
 *
 * @param text its file, or `FILE=WEIGHT`
 * @throws EngineLoadError when the file is missing or is no adapter of the model
 */
export function loadAdapter(library: LlamaLibrary, model: Pointer, text: string): Adapter {
  const { path, scale } = parseAdapter(text)
  if (!existsSync(path)) throw new EngineLoadError(`There is no file ${path} (--lora-adapter).`)
  const pointer = library.loadAdapter(model, path)
  if (pointer !== null) return { pointer, scale }
  throw new EngineLoadError(
    `${path} is no LoRA adapter of this model (--lora-adapter): give one that was made for it.`,
  )
}

/** The file of an adapter, and its weight. */
export function parseAdapter(text: string): { readonly path: string; readonly scale: number } {
  const [, path = text, scale = '1'] = /^(.+)=(-?\d*\.?\d+)$/.exec(text) ?? []
  return { path, scale: Number(scale) }
}

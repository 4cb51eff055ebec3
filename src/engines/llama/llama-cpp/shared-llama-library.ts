import { type LlamaLibrary, openLlamaLibrary } from './llama-library.ts'

let opened: LlamaLibrary | null = null
let failure: unknown = null

/**
 * llama.cpp in this process, loaded by the first call. What failed is not tried again: koffi knows the structs by then.
 *
 * @throws EngineLoadError as `openLlamaLibrary`
 */
export function sharedLlamaLibrary(): LlamaLibrary {
  if (failure !== null) throw failure
  try {
    opened ??= openLlamaLibrary()
    return opened
  } catch (error) {
    failure = error
    throw error
  }
}

import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { NativeLibrary, Pointer } from './native-library.ts'

/** A LoRA adapter that is loaded, and its weight. */
export interface Adapter {
  readonly pointer: Pointer
  readonly scale: number
}

/** The functions of LoRA adapters. */
export function bindAdapters(llama: NativeLibrary) {
  const set = llama.func('int32 llama_set_adapters_lora(void*, void*, size_t, void*)')
  return {
    loadAdapter: llama.func('void* llama_adapter_lora_init(void*, str)') as (
      model: Pointer,
      path: string,
    ) => Pointer,
    setAdapters: (context: Pointer, adapters: readonly Adapter[]) => {
      if (adapters.length === 0) return
      const pointers = BigUint64Array.from(adapters, ({ pointer }) => pointer ?? 0n)
      const scales = Float32Array.from(adapters, ({ scale }) => scale)
      if (set(context, pointers, adapters.length, scales) !== 0)
        throw new EngineLoadError('llama.cpp could not apply the LoRA adapters (--lora-adapter).')
    },
  }
}

import type { NativeLibrary, Pointer } from './native-library.ts'

/** A discrete GPU, or one that shares the machine's memory. */
const DEVICE_TYPES_GPU = [1, 2]

/** A function that returns the free memory of all GPUs in bytes; null where there are none. */
export function bindGpuMemory(base: NativeLibrary, ggml: NativeLibrary): () => number | null {
  const count = ggml.func('size_t ggml_backend_dev_count()')
  const at = ggml.func('void* ggml_backend_dev_get(size_t)')
  const typeOf = base.func('int ggml_backend_dev_type(void*)')
  const memoryOf = base.func('void ggml_backend_dev_memory(void*, _Out_ size_t*, _Out_ size_t*)')
  return () => {
    const devices = Array.from({ length: Number(count()) }, (_, index) => at(index) as Pointer)
    const gpus = devices.filter((device) => DEVICE_TYPES_GPU.includes(Number(typeOf(device))))
    if (gpus.length === 0) return null
    return gpus.reduce((sum, device) => {
      const free = [0]
      memoryOf(device, free, [0])
      return sum + Number(free[0])
    }, 0)
  }
}

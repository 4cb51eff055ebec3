import { constrainedMemory } from 'node:process'
import { getHeapStatistics } from 'node:v8'

const MEMORY_SHARE = 0.5

/** Half of V8's heap limit, or of the memory that the process may use if that is less. */
export function defaultMaxRequestMemoryBytes(
  heapBytes = getHeapStatistics().heap_size_limit,
  processBytes = constrainedMemory(),
): number {
  // Zero, or more than any machine has, where nothing constrains the process.
  const memoryBytes = processBytes || Number.POSITIVE_INFINITY
  return Math.floor(Math.min(heapBytes, memoryBytes) * MEMORY_SHARE)
}

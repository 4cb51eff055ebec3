import { constrainedMemory } from 'node:process'
import { getHeapStatistics } from 'node:v8'

/** The share of this process's memory that requests may hold. */
const MEMORY_SHARE = 0.5

/** Half of what V8's heap may grow to, or of the memory that the process may use where that is less. */
export function defaultMaxRequestMemoryBytes(): number {
  const heapBytes = getHeapStatistics().heap_size_limit
  // Zero, or more than any machine has, where nothing constrains the process.
  const memoryBytes = constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.floor(Math.min(heapBytes, memoryBytes) * MEMORY_SHARE)
}

import { freemem } from 'node:os'

/** The memory that this process may still take, in bytes, within a container's limit. */
export function availableMemoryBytes(): number {
  return process.availableMemory?.() ?? freemem()
}

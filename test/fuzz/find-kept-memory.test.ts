import { describe, expect, it } from 'vitest'
import type { ProcessHolding } from '../judges/process-holding.ts'
import { findKeptMemory, MAX_KEPT_BYTES } from './find-kept-memory.ts'

function holding(more: Partial<ProcessHolding> = {}): ProcessHolding {
  return { residentBytes: 2e8, heapBytes: 2e7, nativeBytes: 9e7, openFiles: 30, resources: {}, ...more }
}

describe('findKeptMemory', () => {
  const early = [holding(), holding()]

  it.each([
    ['the server', 'heapBytes', 0],
    ['the server', 'nativeBytes', 0],
    ['the engine', 'nativeBytes', 1],
  ] as const)('finds what %s holds more in %s', (where, name, process) => {
    const late = (bytes: number) =>
      early.map((before, index) =>
        index === process ? holding({ [name]: (before[name] ?? 0) + bytes }) : before,
      )
    expect(findKeptMemory(early, late(MAX_KEPT_BYTES), 100)).toBeNull()
    expect(findKeptMemory(early, late(MAX_KEPT_BYTES + 1), 100)).toMatchObject({
      where,
      message: `it holds ${MAX_KEPT_BYTES + 1} bytes more than 100 inputs before`,
    })
  })

  it('is content with less, and where the system does not tell', () => {
    const late = [holding({ heapBytes: 1e6, nativeBytes: null }), holding({ residentBytes: 2e9 })]
    expect(findKeptMemory(early, late, 100)).toBeNull()
  })
})

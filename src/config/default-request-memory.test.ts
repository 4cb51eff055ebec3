import { describe, expect, it } from 'vitest'
import { defaultMaxRequestMemoryBytes } from './default-request-memory.ts'

describe('defaultMaxRequestMemoryBytes', () => {
  it.each([
    ['the heap limit, if the process may use more', 100, 1000, 50],
    ["the process's memory, if the heap limit is higher", 1000, 101, 50],
    ['the heap limit, if nothing constrains the process', 100, 0, 50],
  ])('is half of %s', (_, heapBytes, processBytes, expected) => {
    expect(defaultMaxRequestMemoryBytes(heapBytes, processBytes)).toBe(expected)
  })
})

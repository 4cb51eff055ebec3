import { describe, expect, it } from 'vitest'
import { ChunkCount } from './chunk-count.ts'

function addChunks(count: ChunkCount, chunks: number, bytes: number): void {
  const chunk = new Uint8Array(bytes)
  for (let index = 0; index < chunks; index++) count.add(chunk)
}

describe('ChunkCount', () => {
  it('takes a body in a few thousand chunks, however short', () => {
    expect(() => addChunks(new ChunkCount(), 65_536, 1)).not.toThrow()
  })

  it('takes any number of chunks that are not short', () => {
    expect(() => addChunks(new ChunkCount(), 200_000, 64)).not.toThrow()
  })

  it('refuses one short chunk too many', () => {
    const count = new ChunkCount()
    addChunks(count, 65_536, 63)
    expect(() => addChunks(count, 1, 63)).toThrow('more than 65536 chunks of less than 64 bytes')
  })
})

import { describe, expect, it } from 'vitest'
import { WorkSlices } from '../../../util/work-slices.ts'
import type { RequestContext } from '../../request-context.ts'
import { RequestMemory } from '../../request-memory.ts'
import { readBatchBody } from './read-batch-body.ts'

const MIB = 1024 * 1024

/** Reads a body of these chunks while requests may hold 16 MiB. */
function read(...chunks: string[]) {
  const memory = new RequestMemory(16 * MIB)
  const request = {
    headers: new Headers(),
    signal: new AbortController().signal,
    async readBody(take: (chunk: Uint8Array) => void | Promise<void>) {
      for (const chunk of chunks) await take(Buffer.from(chunk))
    },
  }
  const context = { request, memory: memory.open(), slices: new WorkSlices() } as unknown as RequestContext
  const customIds: string[] = []
  const reading = readBatchBody(context, async ({ customId }) => void customIds.push(customId))
  return { reading, customIds }
}

const requestWith = (customId: string, extra: string) =>
  `{"custom_id":"${customId}","params":{"model":"claude-2","extra":${extra}}}`

describe('readBatchBody', () => {
  it('holds one request at a time, however many there are', async () => {
    const text = `"${'a'.repeat(MIB)}"`
    const elements = ['a', 'b', 'c', 'd', 'e'].map((id) => requestWith(id, text))
    const { reading, customIds } = read('{"requests":[', elements.join(','), ']}')
    await reading
    expect(customIds).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('holds a request while it arrives', async () => {
    const { reading } = read('{"requests":[{"custom_id":"', ...Array(4).fill('a'.repeat(MIB)))
    await expect(reading).rejects.toMatchObject({ code: 'overloaded' })
  })

  it('holds the members of a request', async () => {
    const { reading } = read(
      '{"requests":[',
      requestWith('a', `[${Array(60_000).fill('[]').join(',')}]`),
      ']}',
    )
    await expect(reading).rejects.toMatchObject({ code: 'overloaded' })
  })
})

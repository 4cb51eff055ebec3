import { expect, test } from 'vitest'
import { deferred } from '../../test/deferred.ts'
import { eventLoopTurns } from '../../test/event-loop-turns.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { PdfReader } from './pdf-reader.ts'

const CONTEXT = { signal: new AbortController().signal, slices: new WorkSlices() }

test('a PDF that was read is not read again, for as long as there is room', async () => {
  const read: string[] = []
  const reader = new PdfReader(async (bytes) => {
    read.push(Buffer.from(bytes).toString())
    return ['x'.repeat(7 * 1024 * 1024)]
  })
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await reader.read(Buffer.from(name), 10, CONTEXT)
  expect(read).toEqual(['a', 'b', 'c', 'b'])
})

test('the pages of a kept PDF are counted for every request', async () => {
  const reader = new PdfReader(async () => ['1', '2', '3'])
  await reader.read(Buffer.from('a'), 3, CONTEXT)
  await expect(reader.read(Buffer.from('a'), 2, CONTEXT)).rejects.toMatchObject({ code: 'too-many-pages' })
})

test('few are read at once, the others wait, and too many are refused', async () => {
  const gate = deferred()
  let reading = 0
  let most = 0
  const reader = new PdfReader(async () => {
    reading += 1
    most = Math.max(most, reading)
    await gate.promise
    reading -= 1
    return ['x']
  })
  const disconnect = new AbortController()
  const read = (name: string, signal = CONTEXT.signal) =>
    reader.read(Buffer.from(name), 10, { ...CONTEXT, signal })
  const waiting = Array.from({ length: 33 }, (_, index) => read(String(index)))
  const left = read('left', disconnect.signal)
  // Each may wait for a turn of its own before it is in the queue.
  await eventLoopTurns(100)
  await expect(read('one too many')).rejects.toMatchObject({ code: 'overloaded' })
  disconnect.abort(new Error('left'))
  gate.resolve()
  await expect(left).rejects.toThrow('left')
  expect(await Promise.all(waiting)).toHaveLength(33)
  expect(most).toBe(2)
})

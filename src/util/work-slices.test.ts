import { expect, test } from 'vitest'
import { WORK_SLICE_MS, WorkSlices } from './work-slices.ts'

test('WorkSlices gives one slice to each turn of the event loop, in order', async () => {
  const order: string[] = []
  let isOver = false
  const turn = () => {
    order.push('turn')
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  const work = async (name: string) => {
    const slices = new WorkSlices()
    for (let slice = 0; slice < 2; slice++) {
      await slices.next()
      order.push(name)
    }
  }
  await Promise.all([work('a'), work('b')])
  isOver = true
  const slices = order.filter((entry) => entry !== 'turn')
  expect(slices).toEqual(['a', 'b', 'a', 'b'])
  expect(order.join()).not.toMatch(/[ab],[ab]/)
})

test('WorkSlices.isOver turns true when the time of a slice is over', async () => {
  const slices = new WorkSlices()
  expect(slices.isOver).toBe(false)
  const until = performance.now() + WORK_SLICE_MS
  while (performance.now() < until);
  expect(slices.isOver).toBe(true)
  await slices.next()
  expect(slices.isOver).toBe(false)
})

test('WorkSlices.next throws when the task was cancelled', async () => {
  const cancelling = new AbortController()
  const slices = new WorkSlices(cancelling.signal)
  await slices.next()
  cancelling.abort(new Error('cancelled'))
  await expect(slices.next()).rejects.toThrow('cancelled')
})

import { expect, test } from 'vitest'
import { WORK_SLICE_MS, WorkSlices } from './work-slices.ts'

test('of all work one slice has a turn of the event loop, in the order in which they wait', async () => {
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

test('a slice is over when it has taken its time', async () => {
  const slices = new WorkSlices()
  expect(slices.isOver).toBe(false)
  const until = performance.now() + WORK_SLICE_MS
  while (performance.now() < until);
  expect(slices.isOver).toBe(true)
  await slices.next()
  expect(slices.isOver).toBe(false)
})

test('work whose caller has left ends with its next slice', async () => {
  const leaving = new AbortController()
  const slices = new WorkSlices(leaving.signal)
  await slices.next()
  leaving.abort(new Error('left'))
  await expect(slices.next()).rejects.toThrow('left')
})

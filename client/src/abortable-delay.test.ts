import { expect, test } from 'vitest'
import { abortable } from './abortable.ts'
import { abortableDelay } from './abortable-delay.ts'

test('waits', async () => {
  const start = performance.now()
  await abortableDelay(20, undefined)
  expect(performance.now() - start).toBeGreaterThan(15)
})

test('ends at once when the signal fires, with its reason', async () => {
  const controller = new AbortController()
  const delay = abortableDelay(1_000_000, controller.signal)
  controller.abort('enough')
  await expect(delay).rejects.toBe('enough')
  await expect(abortableDelay(1_000_000, controller.signal)).rejects.toBe('enough')
})

test('work that does not listen is not waited for', async () => {
  const controller = new AbortController()
  const work = abortable(new Promise(() => undefined), controller.signal)
  controller.abort('enough')
  await expect(work).rejects.toBe('enough')
  await expect(abortable(Promise.resolve(1), controller.signal)).rejects.toBe('enough')
})

test('work that ends first gives its result or its failure', async () => {
  const { signal } = new AbortController()
  await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1)
  await expect(abortable(Promise.reject('no'), signal)).rejects.toBe('no')
})

import fc from 'fast-check'
import { Histogram, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { SeriesHistogram } from './series-histogram.ts'

const NAME = { name: 'some_seconds', help: 'Some "time" \\ in\nseconds.', labelNames: ['model'] as const }
const buckets = [0.001, 0.01, 1]

test('it renders the same as the histogram of prom-client', async () => {
  const values = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom(...buckets, 0, 0.002, 0.5, 2)))
  await fc.assert(
    fc.asyncProperty(values, async (observed) => {
      const [registry, theirs] = [new Registry(), new Registry()]
      const direct = new SeriesHistogram({ ...NAME, buckets, registry })
      const histogram = new Histogram({ ...NAME, buckets, registers: [theirs] })
      for (const [model, value] of observed) {
        direct.observe(model, () => ({ model }), value)
        histogram.observe({ model }, value)
      }
      expect(await registry.metrics()).toBe(await theirs.metrics())
    }),
  )
})

test('values that came together are counted together', async () => {
  const registry = new Registry()
  const observe = new SeriesHistogram({ ...NAME, buckets, registry }).series({ model: 'a' })
  observe(0.5, 3)
  const text = await registry.metrics()
  expect(text).toContain('some_seconds_bucket{le="0.01",model="a"} 0\n')
  expect(text).toContain('some_seconds_bucket{le="1",model="a"} 3\n')
  expect(text).toContain('some_seconds_sum{model="a"} 1.5\n')
  expect(text).toContain('some_seconds_count{model="a"} 3\n')
})

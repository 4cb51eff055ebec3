import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findCycles } from './find-cycles.ts'

test('a diamond is no cycle', () => {
  const graph = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
    ['d', []],
  ])
  expect(findCycles(graph)).toEqual([])
})

test('a graph whose edges point to larger numbers has no cycle; one edge back to the start of a path makes one', () => {
  const edges = fc.array(fc.tuple(fc.nat(20), fc.nat(20)))
  fc.assert(
    fc.property(edges, (pairs) => {
      const graph = new Map<string, string[]>()
      for (const [from, to] of pairs) {
        if (from < to) graph.set(`${from}`, [...(graph.get(`${from}`) ?? []), `${to}`])
      }
      expect(findCycles(graph)).toEqual([])
      const [start, targets] = [...graph][0] ?? []
      const end = targets?.[0]
      if (start === undefined || end === undefined) return
      graph.set(end, [...(graph.get(end) ?? []), start])
      expect(findCycles(graph).length).toBeGreaterThan(0)
    }),
  )
})

import { expect, it } from 'vitest'
import { growTree, placeName, type TreeGrowth } from './grow-tree.ts'

const TREE = { model: 'm', messages: [{ role: 'user' }], stop: [] }

it.each<[string, Partial<TreeGrowth>, object]>([
  ['repeat .model', {}, { ...TREE, model: 'mmm' }],
  ['repeat .messages', { place: 1 }, { ...TREE, messages: Array(3).fill({ role: 'user' }) }],
  ['repeat .messages[].role', { place: 3 }, { ...TREE, messages: [{ role: 'useruseruser' }] }],
  ['repeat .stop', { place: 4 }, { ...TREE, stop: [0, 0, 0] }],
  ['wrong .messages', { place: 1, type: 'wrong' }, { ...TREE, messages: [7, 7, 7] }],
  ['keys .model', { type: 'keys' }, { ...TREE, model: { k0: 'm', k1: 'm', k2: 'm' } }],
  ['nest .model', { type: 'nest' }, { ...TREE, model: [[['m']]] }],
])('%s', (name, change, grown) => {
  const growth: TreeGrowth = { place: 0, type: 'repeat', count: 3, ...change }
  expect(placeName(TREE, growth)).toBe(name)
  expect(growTree(TREE, growth)).toEqual(grown)
})

it('keeps a body of a size that can be sent', () => {
  const long = growTree({ text: 'word '.repeat(1000) }, { place: 0, type: 'repeat', count: 100_000 })
  expect(String(long.text).length).toBeLessThan(4 * 1024 * 1024)
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { editTree, type TreeEdit, treeEdits } from './edit-tree.ts'

const TREE = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], stop: ['a', 'b'] }
const EDIT: TreeEdit = { place: 0, type: 'replace', name: 'n', value: 7 }

it.each<[Partial<TreeEdit>, object]>([
  [{}, { ...TREE, model: 7 }],
  [{ type: 'remove' }, { messages: TREE.messages, stop: TREE.stop }],
  [{ type: 'wrap' }, { ...TREE, model: ['m'] }],
  [
    { type: 'repeat', place: 1 },
    { ...TREE, messages: [...TREE.messages, ...TREE.messages] },
  ],
  [{ type: 'insert' }, { ...TREE, n: 7 }],
  [
    { type: 'insert', place: 7 },
    { ...TREE, stop: ['a', 7, 'b'] },
  ],
  [{ type: 'rename' }, { messages: TREE.messages, stop: TREE.stop, n: 'm' }],
  [{ place: 4 }, { ...TREE, messages: [{ role: 'user', content: 7 }] }],
])('applies %j', (change, edited) => {
  expect(editTree(TREE, [{ ...EDIT, ...change }])).toEqual(edited)
})

it('leaves its tree as it is, makes JSON of whatever comes, and reaches every value', () => {
  const text = JSON.stringify(TREE)
  const seen = new Set<string>()
  fc.assert(
    fc.property(treeEdits, (edits) => {
      const edited = JSON.stringify(editTree(TREE, edits))
      expect(JSON.stringify(TREE)).toBe(text)
      for (const [name, value] of Object.entries(TREE)) {
        if (JSON.stringify(JSON.parse(edited)[name]) !== JSON.stringify(value)) seen.add(name)
      }
    }),
    { numRuns: 300 },
  )
  expect([...seen].sort()).toEqual(['messages', 'model', 'stop'])
})

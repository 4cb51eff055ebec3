import { expect, test } from 'vitest'
import { findSizeViolations } from './check-sizes.ts'
import { writeTree } from './write-tree.ts'

const lines = (count: number) => 'call()\n'.repeat(count)

test('files and functions of the allowed size are no violations', () => {
  const root = writeTree({
    'src/a.ts': lines(300),
    'src/b.ts': `function f() {\n${lines(68)}}`,
    'src/c.test.ts': `test('', () => {\n${lines(500)}})`,
  })
  expect(findSizeViolations(root, {})).toEqual([])
})

test('a file that is too long', () => {
  const root = writeTree({ 'client/src/a.ts': lines(301), 'src/b.test.ts': lines(601) })
  expect(findSizeViolations(root, {})).toEqual([
    'client/src/a.ts has 301 lines; 300 are allowed',
    'src/b.test.ts has 601 lines; 600 are allowed',
  ])
})

test('a file that must stay smaller than the rest', () => {
  const root = writeTree({ 'src/open-continuo.ts': lines(121) })
  expect(findSizeViolations(root, {})).toEqual(['src/open-continuo.ts has 121 lines; 120 are allowed'])
})

test.each([
  ['a function', `function tooLong() {\n${lines(69)}}`, 'tooLong'],
  ['a variable’s function', `const tooLong = () => {\n${lines(69)}}`, 'tooLong'],
  ['a method', `class C { tooLong() {\n${lines(69)}} }`, 'tooLong'],
  ['a field’s function', `class C { tooLong = () => {\n${lines(69)}} }`, 'tooLong'],
  ['a member’s function', `const o = { tooLong() {\n${lines(69)}} }`, 'tooLong'],
  ['a nameless one', `call(() => {\n${lines(69)}})`, 'anonymous'],
])('%s that is too long', (_, text, name) => {
  const violations = findSizeViolations(writeTree({ 'src/a.ts': `\n${text}` }), {})
  expect(violations).toEqual([`src/a.ts:2 ${name} has 71 lines; 70 are allowed`])
})

test('an exception is valid as long as it is needed', () => {
  const root = writeTree({ 'src/a.ts': lines(301), 'src/b.ts': `function f() {\n${lines(69)}}` })
  const reasons = { 'src/a.ts': 'one list', 'src/b.ts#f': 'one table', 'src/c.ts': 'was large once' }
  expect(findSizeViolations(root, reasons)).toEqual([
    'src/c.ts is small enough: remove it from the exceptions',
  ])
})

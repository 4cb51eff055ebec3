import { expect, test } from 'vitest'
import { findWordViolations } from './check-words.ts'
import { writeTree } from './write-tree.ts'

function violationsOf(text: string, path = 'src/completion/a.ts'): string[] {
  return findWordViolations(writeTree({ [path]: text }))
}

test('this project keeps to its words', () => {
  expect(findWordViolations('.')).toEqual([])
})

test.each([
  'src/utils.ts',
  'src/http/helpers.ts',
  'client/src/types.ts',
  'src/wire/index.ts',
  'src/common.test.ts',
  'src/common.process.test.ts',
])('%s says nothing of what is inside', (path) => {
  expect(violationsOf('export {}', path)).toEqual([`${path} is named after nothing in particular`])
})

test.each(['src/camelCase.ts', 'src/snake_case.ts', 'src/UPPER.ts'])('%s is not kebab-case', (path) => {
  expect(violationsOf('export {}', path)).toEqual([`${path} is not kebab-case`])
})

test.each([
  ['const requestPayload = 1', 'requestPayload'],
  ['function readPayload() {}', 'readPayload'],
  ['const f = (payload) => 1', 'payload'],
  ['const f = ({ a: [payload = 1, ...b] }) => 1', 'payload'],
  ['class PayloadReader {}', 'PayloadReader'],
  ['class C { #payload = 1 }', 'payload'],
  ['class C { payload() {} }', 'payload'],
  ['interface CompletionDTO {}', 'CompletionDTO'],
  ['interface I { freeSlots: number }', 'freeSlots'],
  ['type FinishReason = 1', 'FinishReason'],
  ['const MAX_STOP_WORDS = 1', 'MAX_STOP_WORDS'],
  ['function f(contextSize: number) {}', 'contextSize'],
])('%s is a violation', (text, name) => {
  const violations = violationsOf(`\n${text}`)
  expect(violations).toHaveLength(1)
  expect(violations[0]).toContain(`src/completion/a.ts:2 ${name}: say `)
})

test.each([
  'const payloads = 1',
  "import { payload } from 'elsewhere'",
  'const a = request.payload',
  'const a = { payload: 1 }',
  "// payload\nconst a = 'payload'",
  'const slotted = 1',
  'const steps = 1',
])('%s is none', (text) => {
  expect(violationsOf(text)).toEqual([])
})

test('snake_case is a violation outside the rooms of the wire', () => {
  for (const text of [
    'const stop_reason = 1',
    'const a = { stop_reason: 1 }',
    'a.stop_reason',
    'type A = { b_c: 1 }',
  ]) {
    expect(violationsOf(text)).toHaveLength(1)
    expect(violationsOf(text, 'src/wire/a.ts')).toEqual([])
    expect(violationsOf(text, 'src/completion/a.test.ts')).toEqual([])
    expect(violationsOf(text, 'client/src/a.ts')).toEqual([])
  }
  expect(violationsOf("const MAX_BYTES = a['stop_reason']; const _unused = 1")).toEqual([])
})

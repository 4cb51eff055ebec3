import { expect, test } from 'vitest'
import { findWordViolations } from './check-words.ts'
import { writeTree } from './write-tree.ts'

function violationsOf(text: string, path = 'src/completion/a.ts'): string[] {
  return findWordViolations(writeTree({ [path]: text }))
}

test.each([
  'src/utils.ts',
  'src/http/helpers.ts',
  'client/src/types.ts',
  'src/wire/index.ts',
  'src/common.test.ts',
  'src/common.process.test.ts',
])('%s is a name that says nothing about the content', (path) => {
  expect(violationsOf('export {}', path)).toEqual([`${path} is named after nothing in particular`])
})

test.each(['src/camelCase.ts', 'src/snake_case.ts', 'src/UPPER.ts'])('%s is not kebab-case', (path) => {
  expect(violationsOf('export {}', path)).toEqual([`${path} is not kebab-case`])
})

test.each(['src/drawn-token.ts', 'src/answer-format.ts', 'src/answer.process.test.ts'])(
  '%s is named with a rejected word',
  (path) => {
    expect(violationsOf('export {}', path)).toEqual([expect.stringContaining(`${path}: say `)])
  },
)

test.each([
  ['const drawnToken = 1', 'drawnToken'],
  ['function drawAll() {}', 'drawAll'],
  ['const f = (answer) => 1', 'answer'],
  ['const f = ({ a: [guess = 1, ...b] }) => 1', 'guess'],
  ['class AnswerFormat {}', 'AnswerFormat'],
  ['class C { #room = 1 }', 'room'],
  ['class C { leave() {} }', 'leave'],
  ['interface PromptTraits {}', 'PromptTraits'],
  ['interface I { maxThoughtTokens: number }', 'maxThoughtTokens'],
  ['type PendingNotices = 1', 'PendingNotices'],
  ['const GATHERING_COSTS = 1', 'GATHERING_COSTS'],
  ['function f(setAside: number) {}', 'setAside'],
  ['const failureBehind = 1', 'failureBehind'],
  ['const requestPayload = 1', 'requestPayload'],
  ['interface MessageForm {}', 'MessageForm'],
  ['class BoundSampler {}', 'BoundSampler'],
  ['const isLeft = true', 'isLeft'],
  ['function putAway() {}', 'putAway'],
])('the name in %s is a violation', (text, name) => {
  const violations = violationsOf(`\n${text}`)
  expect(violations).toHaveLength(1)
  expect(violations[0]).toContain(`src/completion/a.ts:2 ${name}: say `)
})

test.each([
  'const slot = 1; const finishReason = 2; const promptCache = 3; const provider = 4; const contextLength = 5',
  'const stepsLeft = 1; const aside = 2',
  'const put = 1; const stepsAreLeft = 2; const messageFormat = 3',
  "import { answer } from 'elsewhere'",
  'const a = request.answer',
  'const a = { answer: 1 }',
  "// answer\nconst a = 'answer'",
  'const answerable = 1',
  'const drawer = 1',
])('the names in %s are allowed', (text) => {
  expect(violationsOf(text)).toEqual([])
})

test.each([
  '// the tokens behind the prompt',
  "it('frees the sequence of a client that leaves', run)",
  'throw new Error("nobody asked")',
  '/** What of the batch is new. */',
  '// goes on with the next one',
  '// so many tokens',
  '// builds it anew',
  '// the thoughts of a model',
  '// the token that was drawn',
  '// a model that sees',
  '// the server is told to stop',
])('the phrase in %s is a violation, in a page too', (text) => {
  expect(violationsOf(`\n${text}`)).toEqual([expect.stringMatching(/^src\/completion\/a\.ts:2 ".+": say /)])
  expect(violationsOf(`\n${text}`, 'docs/a.md')).toEqual([expect.stringMatching(/^docs\/a\.md:2 ".+": say /)])
  expect(violationsOf(text, 'docs/decisions/a.md')).toEqual([])
})

test.each([
  ['docs/observability/alerts.yml', true],
  ['docs/observability/grafana-dashboard.json', true],
  ['test/clients/modern.mjs', true],
  ['examples/official_sdk.py', true],
  ['test/fixtures/answers.json', false],
])('the phrases in %s are checked: %s', (path, isChecked) => {
  expect(violationsOf('nobody', path)).toHaveLength(isChecked ? 1 : 0)
})

test.each([
  '// the server is behind a proxy, or behind the load balancer',
  '// each request leaves nothing behind; what a process left behind',
  '// the client disconnects; what is left',
  '// go on; so that many do',
])('the phrases in %s are allowed', (text) => {
  expect(violationsOf(text)).toEqual([])
})

test('snake_case is a violation outside the folders of the wire', () => {
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

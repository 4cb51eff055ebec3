import { expect, test } from 'vitest'
import { findImportViolations } from './check-imports.ts'
import { writeTree } from './write-tree.ts'

const empty = 'export {}'

test('imports downward, packages in their folder and any import of a test are allowed', () => {
  const root = writeTree({
    'src/main.ts': "import './cli/serve.ts'",
    'src/cli/serve.ts': "import '../open-continuo.ts'; import '../wire/a.ts'; import { x } from 'commander'",
    'src/open-continuo.ts': "import './compose/c.ts'; import './config/c.ts'",
    'src/compose/c.ts': "import '../http/app.ts'; import '../engines/llama/llama-engine.ts'",
    'src/http/app.ts': "import type { A } from '../wire/a.ts'; import '../completion/complete.ts'",
    'src/wire/a.ts': "export * from '../models/m.ts'",
    'src/wire/openai/responses/r.ts': "import '../o.ts'; import '../../a.ts'",
    'src/wire/openai/o.ts': empty,
    'src/models/m.ts': "export { d } from '../completion/other.ts'",
    'src/config/c.ts': "import { readFileSync } from 'node:fs'; import '../models/m.ts'",
    'src/engines/llama/llama-engine.ts':
      "import type { L } from './protocol/l.ts'; import './chat/c.ts'; new URL('./process/p.ts', import.meta.url)",
    'src/engines/llama/chat/c.ts': empty,
    'src/engines/llama/protocol/l.ts': empty,
    'src/engines/llama/process/p.ts': "import '../scheduling/s.ts'",
    'src/engines/llama/scheduling/s.ts': "import type { L } from '../llama-cpp/l.ts'",
    'src/engines/llama/llama-cpp/l.ts': `import koffi from 'koffi'; await import(\`@node-llama-cpp/\${name}\`)`,
    'src/engines/upstream/upstream-engine.ts':
      "import './transport/t.ts'; import type { D } from './dialects/upstream-dialect.ts'",
    'src/engines/upstream/transport/t.ts': empty,
    'src/engines/upstream/dialects/upstream-dialect.ts': empty,
    'src/completion/complete.ts': "import '../util/d.ts'; import './other.ts'",
    'src/completion/other.ts': empty,
    'src/state/state.ts': "import { Migrator } from 'kysely/migration'; import '../util/d.ts'",
    'src/state/postgres/pool.ts': "import pg from 'pg'; import type { State } from '../state.ts'",
    'src/util/d.ts': empty,
    'src/open-continuo.test.ts': "import './main.ts'; import '../client/src/continuo.ts'; import(name)",
    'client/src/continuo.ts': "import './model.ts'",
    'client/src/model.ts': empty,
    'client/src/model.test.ts': "import { test } from 'vitest'; import './continuo.ts'",
  })
  expect(findImportViolations(root)).toEqual([])
})

test.each([
  ['an arrow up', 'src/wire/a.ts', "import '../http/b.ts'", 'src/http/b.ts'],
  ['an arrow sideways', 'src/http/a.ts', "import '../engines/llama/b.ts'", 'src/engines/llama/b.ts'],
  ['an engine that knows the wire', 'src/engines/llama/a.ts', "import '../../wire/b.ts'", 'src/wire/b.ts'],
  [
    'an inner folder that imports the outer one',
    'src/engines/llama/grammar/a.ts',
    "import '../b.ts'",
    'src/engines/llama/b.ts',
  ],
  [
    'the scheduler, from the server',
    'src/engines/llama/a.ts',
    "import type { S } from './scheduling/b.ts'",
    'src/engines/llama/scheduling/b.ts',
  ],
  [
    'one dialect, from the transport',
    'src/engines/upstream/transport/a.ts',
    "import '../dialects/openai/b.ts'",
    'src/engines/upstream/dialects/openai/b.ts',
  ],
  ['a type', 'src/util/a.ts', "import type { B } from '../completion/b.ts'", 'src/completion/b.ts'],
  ['a type in the middle of code', 'src/util/a.ts', "let b: import('../wire/b.ts').B", 'src/wire/b.ts'],
  ['a re-export', 'src/util/a.ts', "export { b } from '../wire/b.ts'", 'src/wire/b.ts'],
  ['a re-export of all', 'src/util/a.ts', "export * from '../wire/b.ts'", 'src/wire/b.ts'],
  ['a late import', 'src/util/a.ts', "const b = async () => import('../wire/b.ts')", 'src/wire/b.ts'],
  ['a required file', 'src/util/a.ts', "require.resolve('../wire/b.ts')", 'src/wire/b.ts'],
  ['the client', 'src/cli/a.ts', "import '../../client/src/b.ts'", 'client/src/b.ts'],
  ['the server, from the client', 'client/src/a.ts', "import '../../src/util/b.ts'", 'src/util/b.ts'],
  ['a test', 'src/util/a.ts', "import './b.test.ts'", 'src/util/b.test.ts'],
  ['the tests’ folder', 'src/util/a.ts', "import '../../test/b.ts'", 'test/b.ts'],
  ['a file in no folder', 'src/util/a.ts', "import '../nowhere/b.ts'", 'src/nowhere/b.ts'],
  ['an API, from another', 'src/wire/openai/a.ts', "import '../messages/b.ts'", 'src/wire/messages/b.ts'],
  ['an API, from what all have', 'src/wire/a.ts', "import './messages/b.ts'", 'src/wire/messages/b.ts'],
  [
    'a part of one, from another',
    'src/wire/files/a.ts',
    "import '../openai/x/b.ts'",
    'src/wire/openai/x/b.ts',
  ],
])('%s is a violation', (_, path, text, target) => {
  const violations = findImportViolations(writeTree({ [path]: `\n${text}`, [target]: empty }))
  const found = violations.filter((violation) => violation.startsWith(`${path}:2 imports`))
  expect(found).toEqual([expect.stringContaining(target)])
})

test.each([
  ['koffi', 'src/engines/llama/chat/a.ts', "import koffi from 'koffi'"],
  ['koffi below its name', 'src/util/a.ts', "import 'koffi/indirect'"],
  ['an engine build', 'src/cli/a.ts', "import.meta.resolve('@node-llama-cpp/linux-x64')"],
  ['a package in the client', 'client/src/a.ts', "import { z } from 'zod'"],
  ['a module of Node in the client', 'client/src/a.ts', "import { once } from 'node:events'"],
  ['the query builder outside of the folders with SQL', 'src/http/a.ts', "import { sql } from 'kysely'"],
  ['PostgreSQL outside of state', 'src/usage/a.ts', "import pg from 'pg'"],
  ['SQLite outside of state', 'src/usage/a.ts', "import { DatabaseSync } from 'node:sqlite'"],
  ['the client as a package', 'src/cli/a.ts', "import { Continuo } from 'continuo-client'"],
])('%s outside its folder is a violation', (_, path, text) => {
  expect(findImportViolations(writeTree({ [path]: text }))).toHaveLength(1)
})

test.each([
  ['of a file that does not exist', "import './b.ts'"],
  ['without the file’s ending', "import './b'"],
  ['of a computed name', 'import(name)'],
  ['of a template that begins with a value', `import(\`\${name}.ts\`)`],
])('an import %s is a violation', (_, text) => {
  expect(findImportViolations(writeTree({ 'src/util/a.ts': text }))).toHaveLength(1)
})

test.each([
  ['the program', 'src/main.ts', "import './cli/a.ts'"],
  ['the library', 'src/open-continuo.ts', "export { a } from './cli/a.ts'"],
  ['a thread', 'src/engines/llama/chat/render-worker.ts', "const a = await import('../../../cli/a.ts')"],
])('native code that %s loads is a violation, however long the chain', (_, entry, text) => {
  const root = writeTree({
    [entry]: text,
    'src/cli/a.ts': "import { type B } from '../http/b.ts'",
    'src/http/b.ts': "export * from '../engines/llama/decoding/c.ts'",
    'src/engines/llama/decoding/c.ts': "import koffi from 'koffi'",
  })
  expect(findImportViolations(root)).toContain(
    `native code in the server's process: ${entry} → src/cli/a.ts → src/http/b.ts → src/engines/llama/decoding/c.ts`,
  )
})

test('a package of native code is a violation wherever the server loads it', () => {
  const root = writeTree({
    'src/main.ts': "import './cli/a.ts'",
    'src/cli/a.ts': "import koffi from 'koffi'",
  })
  expect(findImportViolations(root)).toContain(
    "native code in the server's process: src/main.ts → src/cli/a.ts → koffi",
  )
})

test.each([
  "import type { C } from '../engines/llama/decoding/c.ts'",
  "export type { C } from '../engines/llama/decoding/c.ts'",
  "let c: import('../engines/llama/decoding/c.ts').C",
])('types load no native code: %s', (text) => {
  const root = writeTree({
    'src/main.ts': "import './cli/a.ts'",
    'src/cli/a.ts': text,
    'src/engines/llama/decoding/c.ts': "import koffi from 'koffi'",
  })
  const violations = findImportViolations(root)
  expect(violations.filter((violation) => violation.startsWith('native code'))).toEqual([])
})

test('what only looks like an import is allowed', () => {
  const text =
    "// import '../http/b.ts'\n/* import '../http/b.ts' */\nconst a = \"import '../http/b.ts'\"\na.resolve('x')"
  expect(findImportViolations(writeTree({ 'src/util/a.ts': text, 'src/http/b.ts': empty }))).toEqual([])
})

test('a cycle is a violation, of types and of tests too', () => {
  const root = writeTree({
    'src/util/a.ts': "import type { B } from './b.ts'",
    'src/util/b.ts': "export * from './c.ts'",
    'src/util/c.ts': "import './a.ts'",
    'src/util/self.ts': "import './self.ts'",
    'src/util/d.test.ts': "import './e.test.ts'",
    'src/util/e.test.ts': "import './d.test.ts'",
  })
  expect(findImportViolations(root)).toEqual([
    'cycle: src/util/a.ts → src/util/b.ts → src/util/c.ts → src/util/a.ts',
    'cycle: src/util/d.test.ts → src/util/e.test.ts → src/util/d.test.ts',
    'cycle: src/util/self.ts → src/util/self.ts',
  ])
})

test('a file outside every folder is a violation', () => {
  const root = writeTree({ 'src/stray.ts': empty, 'src/stray/a.ts': empty })
  expect(findImportViolations(root)).toEqual([
    'src/stray.ts is in no folder of the code map',
    'src/stray/a.ts is in no folder of the code map',
  ])
})

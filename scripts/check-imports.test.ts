import { expect, test } from 'vitest'
import { findImportViolations } from './check-imports.ts'
import { writeTree } from './write-tree.ts'

const empty = 'export {}'

test('this project keeps to its rooms', () => {
  expect(findImportViolations('.')).toEqual([])
})

test('arrows down, packages in their room and tests that look around are allowed', () => {
  const root = writeTree({
    'src/main.ts': "import './cli/serve.ts'",
    'src/cli/serve.ts': "import '../open-continuo.ts'; import '../wire/a.ts'; import { x } from 'commander'",
    'src/open-continuo.ts':
      "import './http/app.ts'; import './engines/llama/engine.ts'; import './config/c.ts'",
    'src/http/app.ts': "import type { A } from '../wire/a.ts'; import '../completion/complete.ts'",
    'src/wire/a.ts': "export * from '../models/m.ts'",
    'src/models/m.ts': "export { d } from '../util/d.ts'",
    'src/config/c.ts': "import { readFileSync } from 'node:fs'; import '../models/m.ts'",
    'src/engines/llama/engine.ts': `import koffi from 'koffi'; await import(\`@node-llama-cpp/\${name}\`)`,
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
  ['an arrow sideways', 'src/http/a.ts', "import '../engines/b.ts'", 'src/engines/b.ts'],
  ['an engine that knows the wire', 'src/engines/a.ts', "import '../wire/b.ts'", 'src/wire/b.ts'],
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
  ['a file of no room', 'src/util/a.ts', "import '../nowhere/b.ts'", 'src/nowhere/b.ts'],
])('%s is a violation', (_, path, text, target) => {
  const violations = findImportViolations(writeTree({ [path]: `\n${text}`, [target]: empty }))
  const found = violations.filter((violation) => violation.startsWith(`${path}:2 imports`))
  expect(found).toEqual([expect.stringContaining(target)])
})

test.each([
  ['koffi', 'src/engines/other.ts', "import koffi from 'koffi'"],
  ['koffi below its name', 'src/util/a.ts', "import 'koffi/indirect'"],
  ['an engine build', 'src/cli/a.ts', "import.meta.resolve('@node-llama-cpp/linux-x64')"],
  ['a package in the client', 'client/src/a.ts', "import { z } from 'zod'"],
  ['a module of Node in the client', 'client/src/a.ts', "import { once } from 'node:events'"],
  ['the query builder outside of the rooms with SQL', 'src/http/a.ts', "import { sql } from 'kysely'"],
  ['PostgreSQL outside of state', 'src/usage/a.ts', "import pg from 'pg'"],
  ['SQLite outside of state', 'src/usage/a.ts', "import { DatabaseSync } from 'node:sqlite'"],
  ['the client as a package', 'src/cli/a.ts', "import { Continuo } from 'continuo-client'"],
])('%s outside its room is a violation', (_, path, text) => {
  expect(findImportViolations(writeTree({ [path]: text }))).toHaveLength(1)
})

test.each([
  ['of a file that is not there', "import './b.ts'"],
  ['without the file’s ending', "import './b'"],
  ['of a computed name', 'import(name)'],
  ['of a template that begins with a value', `import(\`\${name}.ts\`)`],
])('an import %s is a violation', (_, text) => {
  expect(findImportViolations(writeTree({ 'src/util/a.ts': text }))).toHaveLength(1)
})

test('what only looks like an import is none', () => {
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

test('a file outside every room is a violation', () => {
  const root = writeTree({ 'src/stray.ts': empty, 'src/stray/a.ts': empty })
  expect(findImportViolations(root)).toEqual([
    'src/stray.ts stands in no room',
    'src/stray/a.ts stands in no room',
  ])
})

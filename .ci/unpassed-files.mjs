// Prints the test files that a run's JSON report does not show as passed. More than a few are no accident:
// exits with 1.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const MAX_FILES = 12

const listed = execFileSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'list', '--filesOnly', '--json'],
  { encoding: 'utf8' },
)
const all = new Set(JSON.parse(listed.slice(listed.indexOf('['))).map(({ file }) => relative('.', file)))
const report = readFileSync(process.argv[2] ?? '', 'utf8')
const results = report === '' ? [] : JSON.parse(report).testResults
// A test that never ran, because its process crashed before, is pending in a file that counts as passed.
for (const { name, status, assertionResults } of results)
  if (status === 'passed' && assertionResults.every((test) => test.status !== 'pending'))
    all.delete(relative('.', name))

if (all.size === 0) console.error('every file passed, but the run failed: see the errors above')
if (all.size > MAX_FILES) console.error(`${all.size} files did not pass: too many for a second try`)
if (all.size === 0 || all.size > MAX_FILES) {
  process.exitCode = 1
} else {
  console.log([...all].join('\n'))
}

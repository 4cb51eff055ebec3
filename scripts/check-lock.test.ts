import { expect, test } from 'vitest'
import { findLockViolations, findProjectLockViolations } from './check-lock.ts'
import { filledLock } from './fill-lock.ts'
import { writeTree } from './write-tree.ts'

const INTEGRITY = `sha512-${'A'.repeat(86)}==`
const OTHER = `sha512-${'B'.repeat(86)}==`

/** On a machine with Linux. */
function violationsOf(packages: object, exceptions: Record<string, string> = {}): string[] {
  const root = writeTree({ 'package-lock.json': JSON.stringify({ packages }) })
  return findLockViolations(root, exceptions, 'linux')
}

test('this project’s locks have the checksum of every package, and no addresses', () => {
  expect(findProjectLockViolations()).toEqual([])
})

test('the project, its workspaces and bundled packages need no integrity', () => {
  const packages = {
    '': { version: '1.0.0' },
    client: { version: '1.0.0' },
    'node_modules/client': { resolved: 'client', link: true },
    'node_modules/a': { version: '1.0.0', integrity: INTEGRITY },
    'node_modules/a/node_modules/b': { version: '1.0.0', inBundle: true },
  }
  expect(violationsOf(packages)).toEqual([])
})

test.each([
  ['none', {}],
  ['an empty one', { integrity: '' }],
  ['a weak one', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
  ['a weak one beside it', { integrity: `${INTEGRITY} sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=` }],
])('a package without a usable integrity: %s', (_, entry) => {
  const place = 'node_modules/a/node_modules/@b/c'
  expect(violationsOf({ [place]: { version: '1.0.0', optional: true, ...entry } })).toEqual([
    `package-lock.json: ${place} has no integrity: run npm run fill-lock`,
  ])
})

test.each([
  ['resolved', { resolved: 'https://registry.example/a/-/a-1.0.0.tgz' }],
  ['version', { version: 'git+ssh://git@host.example/a.git#0123' }],
])('an address in %s', (_, entry) => {
  const packages = { 'node_modules/a': { version: '1.0.0', integrity: INTEGRITY, ...entry } }
  expect(violationsOf(packages)).toEqual([
    'package-lock.json: node_modules/a names an address: take "resolved" out of it',
  ])
})

test('a missing integrity is added where npm would write it, and nothing else changes', () => {
  const lock = {
    name: 'project',
    packages: {
      '': { version: '1.0.0' },
      'node_modules/a': { version: '1.0.0', integrity: INTEGRITY, dev: true },
      'node_modules/a/node_modules/@b/c': { version: '2.0.0', optional: true },
      'node_modules/d': { name: 'e', version: '3.0.0', dev: true },
    },
  }
  const asked: string[] = []
  const filled = filledLock(lock, (id) => {
    asked.push(id)
    return OTHER
  })
  expect(asked).toEqual(['@b/c@2.0.0', 'e@3.0.0'])
  expect(JSON.stringify(filled)).toBe(
    JSON.stringify({
      ...lock,
      packages: {
        ...lock.packages,
        'node_modules/a/node_modules/@b/c': { version: '2.0.0', integrity: OTHER, optional: true },
        'node_modules/d': { version: '3.0.0', integrity: OTHER, name: 'e', dev: true },
      },
    }),
  )
})

test('a package that the registry does not know stays unchanged', () => {
  const lock = { packages: { 'node_modules/a': { version: '1.0.0' } } }
  expect(filledLock(lock, () => '')).toEqual(lock)
  expect(filledLock(lock, () => 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=')).toEqual(lock)
})

test('an exception holds for one version without integrity, as long as it is needed', () => {
  const reasons = { 'a@1.0.0': 'no registry has it' }
  const of = (entry: object) =>
    violationsOf({ 'node_modules/a': { optional: true, os: ['darwin'], ...entry } }, reasons)
  const missing = 'package-lock.json: node_modules/a has no integrity: run npm run fill-lock'
  const idle = 'a@1.0.0 needs no exception: take it off'
  expect(of({ version: '1.0.0' })).toEqual([])
  expect(of({ version: '1.0.0', integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' })).toEqual([missing])
  expect(of({ version: '1.0.1' })).toEqual([missing, idle])
  expect(of({ version: '1.0.0', integrity: INTEGRITY })).toEqual([idle])
})

test.each([
  ['for this system', { optional: true, os: ['darwin', 'linux'] }],
  ['for any system', { optional: true }],
  ['that is not optional', { os: ['darwin'] }],
])('no exception holds for a package %s, which is installed here', (_, entry) => {
  const packages = { 'node_modules/a': { version: '1.0.0', ...entry } }
  expect(violationsOf(packages, { 'a@1.0.0': 'no registry has it' })).toEqual([
    'package-lock.json: node_modules/a has no integrity: run npm run fill-lock',
  ])
})

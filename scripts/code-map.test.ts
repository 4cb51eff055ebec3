import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { findImports } from './find-imports.ts'
import { FOLDERS } from './import-rules.ts'
import { isTestFile, readSourceFiles } from './source-files.ts'

/** The folders and files that each row of ARCHITECTURE.md's code map names, from the top down. */
const ROWS = [...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| (`.*?`) +\|/gm)]
  .map(([, names = '']) => [...names.matchAll(/`([\w./-]+(?:\/|\.ts))`/g)].map(([, name]) => `src/${name}`))
  .filter((names) => names.length > 0)

const IMPORTS = readSourceFiles('.', ['src'])
  .filter(({ path }) => !isTestFile(path))
  .flatMap((file) =>
    findImports(file).flatMap(({ specifier }) =>
      specifier?.startsWith('.')
        ? [[file.path, posix.join(posix.dirname(file.path), specifier)] as const]
        : [],
    ),
  )

test('the code map names every folder that has rules', () => {
  const folders = Object.keys(FOLDERS).filter((name) => name.startsWith('src/') && name.endsWith('/'))
  expect(folders.filter((folder) => !ROWS.flat().includes(folder))).toEqual([])
})

test('the code map is in the order of the imports', () => {
  const upward = IMPORTS.filter(([path, target]) => rowOf(path) !== Infinity && rowOf(target) < rowOf(path))
  expect(upward.map(([path, target]) => `${path} imports ${target}`)).toEqual([])
})

test('every folder imports from each that the rules allow it', () => {
  const unused = Object.entries(FOLDERS).flatMap(([folder, allowed]) => {
    const own = IMPORTS.filter(([path]) => innermost(path) === folder).map(([, target]) => target)
    return allowed
      .filter((name) => !own.some((target) => isIn(target, name)))
      .map((name) => `${folder} never imports from ${name}`)
  })
  expect(unused).toEqual([])
})

function innermost(path: string): string | undefined {
  const folders = Object.keys(FOLDERS).filter((folder) => isIn(path, folder))
  return folders.sort((a, b) => b.length - a.length)[0]
}

/** The row of the innermost entry; files that no row names, such as the engine's settings, are below all rows. */
function rowOf(path: string): number {
  const entries = [...new Set([...ROWS.flat(), ...Object.keys(FOLDERS)])].filter((name) => isIn(path, name))
  const [innermost = ''] = entries.sort((a, b) => b.length - a.length)
  const index = ROWS.findIndex((row) => row.includes(innermost))
  return index === -1 ? Infinity : index
}

function isIn(path: string, name: string): boolean {
  return name.endsWith('/') ? path.startsWith(name) : path === name
}

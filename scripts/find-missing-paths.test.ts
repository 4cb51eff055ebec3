import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findMissingPaths } from './find-missing-paths.ts'

const FILES = ['a.md', 'docs/b.md', 'src/wire/c.ts', 'src/wire/c.test.ts']
const SKIPPED = new Set(['node_modules', '.git', 'dist'])
/** Pages about the past, which name files of that time. */
const HISTORY = /^(CHANGELOG\.md|docs\/log\.md|docs\/decisions\/|training\/|models\/)/

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return [relative('.', path)]
    return SKIPPED.has(entry.name) ? [] : filesBelow(path)
  })
}

describe('findMissingPaths', () => {
  const files = filesBelow('.')

  it.each(files.filter((path) => path.endsWith('.md') && !HISTORY.test(path)))('finds none in %s', (page) => {
    expect(findMissingPaths(page, readFileSync(page, 'utf8'), files)).toEqual([])
  })

  it.each([
    ['`src/wire/c.ts`, `wire/c.ts`, `c.ts`, `wire/`, `*.test.ts`, `src/*/c.ts`', []],
    [
      '`src/wire/d.ts`, `ire/c.ts`, `wires/`, `*.process.test.ts`',
      ['src/wire/d.ts', 'ire/c.ts', 'wires/', '*.process.test.ts'],
    ],
    ['`/v1/messages`, `1/2`, `npm test`, `a.b`, `<name>.ts`', []],
    ['[b](docs/b.md) [here](#top) [far](https://a.b/c.md) [part](docs/b.md#x)', []],
    ['[c](docs/c.md)', ['docs/c.md']],
  ])('finds in %s: %j', (text, missing) => {
    expect(findMissingPaths('a.md', text, FILES)).toEqual(missing)
  })

  it('resolves links from the folder of the page', () => {
    expect(findMissingPaths('docs/b.md', '[a](../a.md) [a](a.md)', FILES)).toEqual(['a.md'])
  })
})

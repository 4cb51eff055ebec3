import { expect, it } from 'vitest'
import { findUntestedFiles } from './find-untested-files.ts'
import { writeTree } from './write-tree.ts'

/** Folders whose files have tests of their own. */
const FOLDERS = ['src/wire/messages', 'src/wire/openai', 'src/cli', 'src/config']

it(`every file that decides something has a test beside it in ${FOLDERS.join(', ')}`, () => {
  expect(findUntestedFiles('.', FOLDERS)).toEqual([])
})

it('finds files that decide something and have no test', () => {
  const root = writeTree({
    'src/tested.ts': 'export const a = (b: number) => (b > 0 ? 1 : 2)',
    'src/tested.test.ts': '',
    'src/started.ts': 'export const a = (b?: number) => b ?? 1',
    'src/started.process.test.ts': '',
    'src/plain.ts': 'export interface A { readonly b?: string | null }\nexport const c = [1]',
    'src/asks.ts': 'export function a(b: boolean) { if (b) throw new Error() }',
    'src/chooses.ts': 'export const a = (b: string) => { switch (b) { default: return 1 } }',
    'src/inner/defaults.ts': 'export const a = (b?: number) => b ?? 1',
    'src/other.test.ts': 'export const a = (b?: number) => b ?? 1',
  })
  expect(findUntestedFiles(root, ['src'])).toEqual(['src/asks.ts', 'src/chooses.ts', 'src/inner/defaults.ts'])
})

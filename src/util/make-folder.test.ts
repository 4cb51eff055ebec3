import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeFolder } from './make-folder.ts'

it('makes the folders on the way, and refuses a place where there can be none', () => {
  const root = mkdtempSync(join(tmpdir(), 'continuo-folder-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  const folder = join(root, 'a', 'b')
  makeFolder(folder)
  makeFolder(folder)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  writeFileSync(join(root, 'file'), '')
  expect(() => makeFolder(join(root, 'file'))).toThrow('is not a folder')
  if (process.platform === 'linux')
    expect(() => makeFolder('/proc/nope/a')).toThrow('/proc/nope cannot be made')
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newFolder } from '../../test/databases.ts'
import { ContinuoProcess } from '../../test/run-continuo.ts'
import { DECLARED_KEY, StateServer } from '../../test/state-server.ts'

/** Each starts several processes, on a machine that may be busy. */
const PATIENT = { timeout: 120_000 }

it('uploads, lists, shows, downloads and deletes files', PATIENT, async () => {
  const folder = await newFolder()
  const server = await StateServer.start({
    place: folder,
    stateFolder: folder,
    upstreamUrl: 'http://127.0.0.1:9',
    settings: { files: { allowDownloads: true } },
  })
  async function run(...words: readonly string[]) {
    const command = new ContinuoProcess(['files', ...words, '--url', server.url], {
      CONTINUO_API_KEY: DECLARED_KEY,
    })
    const code = await command.exitCode()
    return { code, stdout: command.stdout, stderr: command.stderr }
  }
  const [large, small] = [join(folder, 'large.bin'), join(folder, 'sma"ll.md')]
  writeFileSync(large, Buffer.alloc(3_000_000, 'x'))
  writeFileSync(small, 'small')
  const refused = await run('upload', small)
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('character that is not allowed'),
  ])
  const notes = join(folder, 'notes.md')
  writeFileSync(notes, 'small')
  const uploaded = await run('upload', large, notes, '--expires-in-seconds', '3600')
  const ids = uploaded.stdout.trim().split('\n')
  expect([uploaded.code, ids.length]).toEqual([0, 2])
  const [largeId = '', notesId = ''] = ids
  const shown = JSON.parse((await run('get', notesId)).stdout) as object
  expect(shown).toMatchObject({ filename: 'notes.md', mime_type: 'text/markdown', size_bytes: 5 })
  const list = (await run('list')).stdout
  expect(list.split('\n').map((line) => line.split(/\s+/).slice(0, 4))).toEqual([
    ['Id', 'Name', 'Type', 'Bytes'],
    [notesId, 'notes.md', 'text/markdown', '5'],
    [largeId, 'large.bin', 'application/octet-stream', '3000000'],
    [''],
  ])
  const out = join(folder, 'again.bin')
  expect((await run('download', largeId, '--out', out)).code).toBe(0)
  expect(readFileSync(out).equals(readFileSync(large))).toBe(true)
  const exists = await run('download', largeId, '--out', out)
  expect([exists.code, exists.stderr]).toEqual([2, expect.stringContaining('exists: remove it')])
  expect((await run('delete', largeId, notesId)).code).toBe(0)
  expect((await run('list')).stdout).toBe('There are no files.\n')
  const gone = await run('get', notesId)
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('not found')])
})

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runContinuo } from '../../test/run-continuo.ts'

const folder = await mkdtemp(join(tmpdir(), 'continuo-recordings-'))
afterAll(() => rm(folder, { recursive: true, force: true }))
const config = join(folder, 'continuo.json')
const recordings = join(folder, 'recordings')

async function configure(recording: object): Promise<void> {
  const engine = { threads: 1, flashAttention: false, kvCache: 'unified', maxSequences: 1 }
  const settings = { folder: 'recordings', ...recording }
  await writeFile(config, JSON.stringify({ engines: { default: { ...engine, recording: settings } } }))
}

const recordingsOf = (...words: string[]) => runContinuo(['recordings', ...words, '--config', config])

it('records, plays, lists, shows, redacts and checks', async () => {
  await configure({ mode: 'record' })
  const ask = ['complete', '--config', config, '--temperature', '0', 'What is 17 + 25?']
  const live = await runContinuo(ask)
  expect(live).toMatchObject({ code: 0, stdout: '42\n' })

  await configure({ mode: 'replay' })
  expect(await runContinuo(ask)).toMatchObject({ code: 0, stdout: '42\n' })
  const missed = await runContinuo([...ask.slice(0, -1), 'What is 17 + 26?'])
  expect(missed.code).toBe(1)
  expect(missed.stderr).toContain('differs at character 15')

  const list = await recordingsOf('list')
  expect(list.stdout).toMatch(
    /^Name .*\nwhat-is-17-25-\w{8}-1\.json +\S+ +\d{4}-\d\d-\d\d +end-of-generation +42\n$/,
  )
  const [name = ''] = await readdir(recordings)
  const show = await recordingsOf('show', 'what-is')
  expect(show.stdout).toBe(await readFile(join(recordings, name), 'utf8'))
  expect(await recordingsOf('show', 'nothing')).toMatchObject({ code: 2 })

  const checked = await recordingsOf('check')
  expect(checked).toMatchObject({ code: 0, stderr: '' })
  expect(checked.stdout).toContain('0 of 1 recordings differ.')
  const edited = show.stdout.replace('"stopReason": "end-of-generation"', '"stopReason": "tool-call"')
  await writeFile(join(recordings, name), edited)
  const drifted = await recordingsOf('check', '--max-age-days', '0')
  expect(drifted.code).toBe(1)
  expect(drifted.stdout).toContain('end: tool-call was recorded, end-of-generation came now')

  await configure({ mode: 'replay', redact: [{ pattern: '42', replacement: '<number>' }] })
  const redacted = await recordingsOf('redact')
  expect(redacted.stdout).toContain('1 of 1 recordings changed.')
  expect(await runContinuo(ask)).toMatchObject({ code: 0, stdout: '<number>\n' })
}, 240_000)

it('plays a folder without a configuration of an engine, and says how to name it', async () => {
  expect(await runContinuo(['recordings', 'list', '--folder', recordings])).toMatchObject({ code: 0 })
  const unnamed = await runContinuo(['recordings', 'list'])
  expect(unnamed).toMatchObject({ code: 2 })
  expect(unnamed.stderr).toContain('--folder')
})

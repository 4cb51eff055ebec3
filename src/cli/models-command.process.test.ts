import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ContinuoProcess, runContinuo } from '../../test/run-continuo.ts'
import { StandInHub } from '../../test/stand-in-hub.ts'
import { SHIPPED_MODEL_PATH } from '../config/resolve-engines.ts'

const REPOSITORY = 'someone/demo-GGUF'
/** Many processes, one after the other. */
const PATIENCE_MS = 120_000
let home = ''
let hub: StandInHub

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'continuo-models-'))
  hub = await StandInHub.start(REPOSITORY, { 'demo-Q8_0.gguf': readFileSync(SHIPPED_MODEL_PATH) })
})

afterAll(async () => {
  await hub.close()
  rmSync(home, { recursive: true, force: true })
})

async function run(words: readonly string[]) {
  const environment = {
    HF_ENDPOINT: hub.url,
    HF_HOME: join(home, 'hf'),
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
  }
  const process = new ContinuoProcess(words, environment)
  process.child.stdin?.end()
  const code = await process.exitCode()
  return { code, stdout: process.stdout, stderr: process.stderr }
}

describe('continuo models ids', () => {
  it('lists every id with its engine', async () => {
    const { code, stdout } = await runContinuo(['models', 'ids'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^claude-2\.1\s+2023-\d\d-\d\d\s+default\s+Claude 2\.1$/m)
    expect(stdout).toMatch(/^continuo-demo\s/m)
  })
})

describe('a model by name', () => {
  it(
    'is downloaded, completes, is listed, is there without a network, and is removed',
    async () => {
      const none = await run(['models'])
      expect(none).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('There is no model on this machine yet'),
      })

      const first = await run([
        'complete',
        '--model',
        `hf:${REPOSITORY}`,
        '--temperature',
        '0',
        'What is 17 + 25?',
      ])
      expect(first).toMatchObject({ code: 0, stdout: '42\n' })
      expect(first.stderr).toMatch(/^continuo: downloading demo-Q8_0\.gguf: .*100 %/m)

      const listed = await run(['models'])
      expect(listed.stdout).toMatch(
        /^hf:someone\/demo-GGUF\/demo-Q8_0\.gguf\s+[\d.]+ MB\s+Q8_0\s+llama\s+[\d,]+\s+yes\s+Hugging Face$/m,
      )
      const pulled = await run(['pull', `hf:${REPOSITORY}`])
      expect(pulled).toMatchObject({ code: 0, stderr: '' })
      expect(existsSync(pulled.stdout.trim())).toBe(true)

      const removed = await run(['models', 'remove', `hf:${REPOSITORY}/demo-Q8_0.gguf`])
      expect(removed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Deleted /) })
      expect((await run(['models'])).stdout).toContain('no model on this machine')
      expect((await run(['models', 'remove', 'demo-Q8_0'])).stderr).toMatch(
        /^continuo: There is no model "demo-Q8_0"/,
      )
    },
    PATIENCE_MS,
  )

  it.each([
    [
      ['complete', '--model', 'hf:someone', 'x'],
      2,
      /^continuo: "hf:someone" is not a model of Hugging Face: write/,
    ],
    [
      ['complete', '--model', 'hf:someone/other', 'x'],
      1,
      /^continuo: hf:someone\/other cannot be downloaded/,
    ],
    [
      ['complete', '--model', 'nothing-here', 'x'],
      1,
      /^continuo: There is no file nothing-here here, and no model/,
    ],
    [['pull', 'a/b.gguf'], 2, /^continuo: "a\/b\.gguf" is not the name of a model/],
  ])('explains a wrong one in one line: %s', async (words, code, message) => {
    const ended = await run(words)
    expect(ended).toMatchObject({ code, stderr: expect.stringMatching(message) })
    expect(ended.stderr.trim()).not.toContain('\n')
  })
})

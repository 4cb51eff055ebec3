import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ContinuoProcess } from './run-continuo.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

let server: ContinuoProcess
let url = ''
beforeAll(async () => {
  server = new ContinuoProcess(['serve', '--port', '0', '--threads', '1', '--state', 'memory'], {
    CONTINUO_STATE: '',
  })
  url = (await server.waitForOutput(/Continuo listens on (\S+)/))[1] ?? ''
})
afterAll(async () => {
  server.child.kill('SIGTERM')
  await server.exitCode()
})

async function runExample(path: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=continuo-source', path], {
    cwd: ROOT,
    env: { ...process.env, CONTINUO_BASE_URL: url, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(errors)
  return output
}

/** The code of an example without its leading comment, as in the README. */
function shownCode(path: string): string {
  const source = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
  return source.replace(/^((\/\/|#) .*\n)+/, '').trim()
}

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 120_000 }

describe('the examples', PATIENT, () => {
  it('examples/official-sdk.ts uses an unmodified SDK', async () => {
    expect(await runExample('examples/official-sdk.ts')).toMatch(/\S/)
  })

  it('examples/client.ts streams a story and lists the models', async () => {
    const output = await runExample('examples/client.ts')
    expect(output).toMatch(/^claude-2\.1$/m)
    expect(output).toMatch(/^continuo-demo$/m)
  })

  it('examples/evaluation.ts grades a batch of questions, nearly all of them right', async () => {
    const output = await runExample('examples/evaluation.ts', { PROMPTS: '40' })
    const [, right] = /^40 succeeded, 0 errored, (\d+) right\n/.exec(output) ?? []
    expect(Number(right)).toBeGreaterThanOrEqual(30)
    expect(output).toMatch(/\d+ input tokens, \d+ output tokens\n\d+\.\d s, \d+\.\d prompts a second\n$/)
  })

  it('examples/in-process.ts serves two clients without a port', async () => {
    const output = await runExample('examples/in-process.ts')
    expect(output).toBe('continuo-client:  42\nofficial SDK:    42\n')
  })

  it.each(['examples/official-sdk.ts', 'examples/official_sdk.py'])('the README contains %s', (path) => {
    expect(README).toContain(shownCode(path))
  })

  it('the README contains the streaming part of examples/client.ts', () => {
    const [streaming = ''] = shownCode('examples/client.ts').split("\nprocess.stdout.write('\\n')")
    expect(README).toContain(streaming.trim())
  })
})

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomGguf } from './gguf/random-gguf.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'continuo-terminal-'))
const modelPath = join(folder, 'random.gguf')
const PATIENCE_MS = 30_000

beforeAll(() => writeRandomGguf(modelPath, { contextTokens: 8192 }))
afterAll(() => rmSync(folder, { recursive: true }))

/** A server whose standard output and standard error are a terminal, provided by `script` of util-linux. */
class TerminalServer {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  text = ''

  constructor(flags: readonly string[], environment: Readonly<Record<string, string>>) {
    const words = [process.execPath, MAIN, 'serve', '--port', '0', '--threads', '1', '--seed', '1']
    const command = [...words, '--model', modelPath, ...flags].map((word) => `'${word}'`).join(' ')
    // Node shows no colors to a terminal of CI.
    const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...others } = process.env
    const env = { ...others, TERM: 'xterm', ...environment }
    this.#child = spawn('script', ['-qec', `exec ${command}`, '/dev/null'], { env })
    this.#exited = once(this.#child, 'close')
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      // A terminal turns \n into \r\n.
      this.text += text.replaceAll('\r\n', '\n')
    })
  }

  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    const timer = AbortSignal.timeout(PATIENCE_MS)
    for (;;) {
      const found = pattern.exec(stripVTControlCharacters(this.text))
      if (found !== null) return found
      if (this.#child.stdout === null) throw new Error('the terminal has no output')
      await once(this.#child.stdout, 'data', { signal: timer })
    }
  }

  async stop(): Promise<void> {
    // Ctrl-C, as a user would.
    this.#child.stdin?.write('\u0003')
    await this.#exited
  }
}

const servers: TerminalServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})

async function logOfOneCompletion(flags: readonly string[], environment = {}): Promise<string> {
  const server = new TerminalServer(flags, environment)
  servers.push(server)
  const [, url = ''] = await server.shows(/Continuo listens on (http:\S+)/)
  const response = await fetch(`${url}/v1/complete`, {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-2.1',
      prompt: '\n\nHuman: unspeakable\n\nAssistant:',
      max_tokens_to_sample: 3,
    }),
  })
  expect(response.status).toBe(200)
  await response.text()
  await server.shows(/(?:POST.*|"msg":"request".*)[\r\n]/)
  expect(server.text).not.toContain('unspeakable')
  return server.text
}

const LINE = /^\d\d:\d\d:\d\d POST \/v1\/complete 200 claude-2\.1 \d+ in, 3 out \d+ ms$/m
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0

describe.skipIf(!hasScript)('the log on a terminal', () => {
  it('has one short line in color for each request', async () => {
    const text = await logOfOneCompletion([])
    expect(stripVTControlCharacters(text)).toMatch(LINE)
    expect(text).toContain('\u001b[32m200\u001b[39m')
  })

  it('has no color where NO_COLOR is set', async () => {
    expect(await logOfOneCompletion([], { NO_COLOR: '1' })).toMatch(LINE)
  })

  it('is JSON if the flag asks for it', async () => {
    expect(await logOfOneCompletion(['--log-format', 'json'])).toMatch(/^\{"level":30,.*"msg":"request"\}$/m)
  })
})

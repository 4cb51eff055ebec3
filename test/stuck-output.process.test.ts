import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { readMetrics, sumOf } from './read-metrics.ts'

// A server and a command whose output is full, closed or not read.

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'continuo-output-'))
const modelPath = join(folder, 'random.gguf')
const QUICK = ['--model', modelPath, '--threads', '1', '--seed', '1']
const FULL_DEVICE = '/dev/full'

beforeAll(() => writeRandomGguf(modelPath, { contextTokens: 8192 }))
afterAll(() => rmSync(folder, { recursive: true }))

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

type Output = 'pipe' | number

interface Started {
  readonly child: ChildProcess
  readonly exited: Promise<unknown>
  readonly url: string
}

async function serve(stdout: Output, stderr: Output, command = [process.execPath, MAIN]): Promise<Started> {
  const port = await freePort()
  const [program = '', ...words] = [
    ...command,
    'serve',
    '--port',
    `${port}`,
    '--metrics-access',
    'open',
    ...QUICK,
  ]
  const child = spawn(program, words, { stdio: ['ignore', stdout, stderr] })
  cleanups.push(() => child.kill('SIGKILL'))
  const exited = once(child, 'close').then(([code]) => code)
  const url = `http://127.0.0.1:${port}`
  const isHealthy = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isHealthy, { timeout: 30_000, interval: 50 }).toBe(true)
  return { child, exited, url }
}

function complete(url: string, maxTokens: number): Promise<Response> {
  return fetch(`${url}/v1/complete`, {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'claude-2',
      prompt: '\n\nHuman: Hi\n\nAssistant:',
      max_tokens_to_sample: maxTokens,
      temperature: 0,
      stream: true,
    }),
  })
}

/** Expects that it responds, and finishes its requests at SIGTERM. */
async function expectService({ child, exited, url }: Started): Promise<void> {
  for (let count = 0; count < 5; count++) expect((await complete(url, 1)).status).toBe(200)
  const running = await complete(url, 3_000)
  child.kill('SIGTERM')
  expect(await running.text()).toContain('"stop_reason":"max_tokens"')
  expect(await exited).toBe(0)
}

/** A full pipe that no process reads. */
function fullPipe(name: string): number {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  cleanups.push(() => closeSync(pipe))
  const bytes = Buffer.alloc(4096)
  try {
    for (;;) writeSync(pipe, bytes)
  } catch {
    return pipe
  }
}

function openFull(): number {
  const device = openSync(FULL_DEVICE, 'w')
  cleanups.push(() => closeSync(device))
  return device
}

const itWithFullDevice = it.skipIf(!existsSync(FULL_DEVICE))

describe('a server continues, and stops in order,', () => {
  it('when standard output and standard error are no longer read', async () => {
    const server = await serve('pipe', 'pipe')
    server.child.stdout?.destroy()
    server.child.stderr?.destroy()
    await expectService(server)
  })

  it('when their reader ended before it started', async () => {
    const command = ['sh', '-c', 'exec "$0" "$@" 2>&1 | true', process.execPath, MAIN]
    const server = await serve('pipe', 'pipe', command)
    expect((await complete(server.url, 1)).status).toBe(200)
    const [pid] = execFileSync('pgrep', ['-P', `${server.child.pid}`], { encoding: 'utf8' }).split('\n')
    process.kill(Number(pid), 'SIGTERM')
    expect(await server.exited).toBe(0)
  })

  it.skipIf(process.platform === 'win32')('when their reader has stopped', async () => {
    await expectService(await serve(fullPipe('stdout'), fullPipe('stderr')))
  })

  itWithFullDevice('when their device is full', async () => {
    await expectService(await serve(openFull(), openFull()))
  })

  it('when the disk is no longer full, and logs again', async () => {
    const path = join(folder, 'log')
    const log = openSync(path, 'a')
    cleanups.push(() => closeSync(log))
    // A limit of two blocks of 512 or 1024 bytes behaves like a full disk.
    const limited = ['sh', '-c', 'ulimit -f 2; exec "$0" "$@"', process.execPath, MAIN]
    const server = await serve('pipe', log, limited)
    for (let count = 0; count < 20; count++) await (await complete(server.url, 1)).text()
    await expect.poll(() => statSync(path).size % 512, { timeout: 5_000 }).toBe(0)
    truncateSync(path)
    await expect.poll(() => statSync(path).size, { timeout: 5_000 }).toBeGreaterThan(0)
    expect(readFileSync(path, 'utf8')).toContain('"msg":"request"')
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(sumOf(readMetrics(metrics), 'continuo_log_lines_dropped_total')).toBe(0)
  })
})

async function runTo(stdout: Output, words: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', stdout, 'pipe'] })
  cleanups.push(() => child.kill('SIGKILL'))
  let stderr = ''
  child.stderr?.on('data', (text) => {
    stderr += text
  })
  child.stdout?.once('data', () => child.stdout?.destroy())
  const [code] = await once(child, 'close')
  return { code, stderr }
}

describe('a command', () => {
  it('ends quietly when its reader closes the pipe', async () => {
    const words = ['complete', ...QUICK, '--max-tokens', '8000', '--temperature', '0', 'Hi']
    expect(await runTo('pipe', words)).toEqual({ code: 0, stderr: '' })
  })

  itWithFullDevice.each([
    ['complete', ['complete', ...QUICK, 'Hi']],
    ['models ids', ['models', 'ids']],
  ])('reports that its output is full: %s', async (_, words) => {
    const { code, stderr } = await runTo(openFull(), words)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^continuo: Standard output could not be written \(ENOSPC.*\)\.\n$/)
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomGguf } from './gguf/random-gguf.ts'
import { ContinuoProcess, runContinuo } from './run-continuo.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-cli-'))
const modelPath = join(folder, 'random.gguf')
/** One thread, no measuring, reproducible responses. */
const QUICK = ['--model', modelPath, '--threads', '1', '--seed', '1']
const PROMPT = '\n\nHuman: Hi\n\nAssistant:'

beforeAll(() => writeRandomGguf(modelPath, { contextTokens: 8192 }))
afterAll(() => rmSync(folder, { recursive: true }))

const servers: ContinuoProcess[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.child.kill('SIGKILL')
})

async function serve(...words: string[]): Promise<{ server: ContinuoProcess; url: string }> {
  const server = new ContinuoProcess(['serve', '--port', '0', ...QUICK, ...words])
  servers.push(server)
  const [, url = ''] = await server.waitForOutput(/Continuo listens on (\S+)/)
  return { server, url }
}

function complete(url: string, body: object): Promise<Response> {
  return fetch(`${url}/v1/complete`, {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-2', prompt: PROMPT, max_tokens_to_sample: 8, ...body }),
  })
}

/** A completion that lasts for seconds; resolves at its first text. */
async function longStream(url: string) {
  const response = await complete(url, { max_tokens_to_sample: 8000, temperature: 0, stream: true })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!reader) throw new Error('there is no body')
  let text = ''
  const read = async () => {
    const { value, done } = await reader.read()
    text += value ?? ''
    return !done
  }
  while (!text.includes('event: completion') && (await read()));
  return {
    async rest() {
      while (await read());
      return text
    },
  }
}

describe('continuo serve', () => {
  it('prints a curl command that works', async () => {
    const { server, url } = await serve()
    const [, path = ''] = await server.waitForOutput(/curl (http:\S+) \\/)
    const [, body = ''] = await server.waitForOutput(/-d '(.*)'/)
    const names = [...server.stdout.matchAll(/-H ["']([^:]+): ([^"']+)["']/g)].map(([, name, value]) => [
      name,
      value,
    ])
    const response = await fetch(path, { method: 'POST', headers: Object.fromEntries(names), body })
    expect(response.status).toBe(200)
    expect(path).toBe(`${url}/v1/complete`)
    expect(await response.json()).toMatchObject({ type: 'completion', model: 'claude-2.1' })
  })

  it('is healthy once the model is loaded', async () => {
    const probe = createServer()
    const port = await new Promise<number>((resolve) =>
      probe.listen(0, '127.0.0.1', () => resolve((probe.address() as AddressInfo).port)),
    )
    await new Promise((resolve) => probe.close(resolve))
    const server = new ContinuoProcess(['serve', '--port', `${port}`, ...QUICK])
    servers.push(server)
    const seen = new Set<number>()
    while (!seen.has(200)) {
      const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null)
      if (response) seen.add(response.status)
      await response?.arrayBuffer()
    }
    expect([...seen]).toEqual([503, 200])
  })

  it('finishes its requests at the first signal, accepts no new ones, and exits with 0', async () => {
    const { server, url } = await serve()
    const stream = await longStream(url)
    server.child.kill('SIGTERM')
    await server.waitForOutput(/finishing running requests/)
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    expect(await stream.rest()).toContain('"stop_reason":"max_tokens"')
    expect(await server.exitCode()).toBe(0)
  })

  it('exits at once at the second signal', async () => {
    const { server, url } = await serve()
    const stream = await longStream(url)
    server.child.kill('SIGTERM')
    await server.waitForOutput(/finishing running requests/)
    server.child.kill('SIGTERM')
    expect(await server.exitCode()).toBe(143)
    await stream.rest().catch(() => undefined)
  })

  it('serves as its configuration file says, with the key in it', async () => {
    const config = join(folder, 'continuo.json')
    const engine = { model: 'random.gguf', threads: 1, seed: 1 }
    writeRandomGguf(join(folder, 'other.gguf'), { seed: 2 })
    writeFileSync(
      config,
      JSON.stringify({
        port: 0,
        apiKeys: ['secret'],
        engines: { default: engine, other: { ...engine, model: 'other.gguf' } },
        models: { 'my-model': 'other', 'claude-instant-1': 'other' },
      }),
    )
    const server = new ContinuoProcess(['serve', '--config', config])
    servers.push(server)
    const [, url = ''] = await server.waitForOutput(/Continuo listens on (\S+)/)
    expect((await complete(url, {})).status).toBe(401)
    const ask = async (model: string) => {
      const response = await fetch(`${url}/v1/complete`, {
        method: 'POST',
        headers: { authorization: 'Bearer secret', 'anthropic-version': '2023-06-01' },
        body: JSON.stringify({ model, prompt: PROMPT, max_tokens_to_sample: 8 }),
      })
      return (await response.json()) as { model: string; completion: string }
    }
    const responses = await Promise.all(['claude-2', 'my-model', 'claude-instant-1'].map(ask))
    expect(responses.map((response) => response.model)).toEqual([
      'claude-2.0',
      'my-model',
      'claude-instant-1.2',
    ])
    expect(responses[1]?.completion).toBe(responses[2]?.completion)
    expect(responses[0]?.completion).not.toBe(responses[1]?.completion)
  })

  it('writes a line for each request, and never a prompt', async () => {
    const { server, url } = await serve()
    await complete(url, { prompt: '\n\nHuman: unspeakable\n\nAssistant:' }).then((response) =>
      response.text(),
    )
    await server.waitForOutput(/"msg":"request"/)
    expect(server.stderr).toContain('"status":200')
    expect(server.stderr + server.stdout).not.toContain('unspeakable')
  })

  it('writes lines for people if the flag asks for them, without colors to a pipe', async () => {
    const { server, url } = await serve('--log-format', 'pretty')
    await fetch(`${url}/nowhere`).then((response) => response.text())
    const [line] = await server.waitForOutput(/^.* GET .*\n/m)
    expect(line).toMatch(/^\d\d:\d\d:\d\d GET \/\* 404 route-not-found \d+ ms req_\w+\n$/)
  })
})

describe('continuo', () => {
  it('prints its help without a command', async () => {
    const { code, stdout, stderr } = await runContinuo([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: continuo/)
    for (const command of ['serve', 'complete', 'models']) expect(stdout).toContain(`\n  ${command} `)
  })
})

describe('a command that fails', () => {
  it.each([
    ['an unknown flag', ['serve', '--prot', '1'], 2, /unknown option '--prot'/],
    ['a flag without a number', ['serve', '--port', 'x'], 2, /--port.*must be a number/],
    ['an invalid port', ['serve', '--port', '70000'], 2, /port/],
    ['an unknown command', ['sevre'], 2, /unknown command 'sevre'/],
    ['a public address without a key', ['serve', '--host', '0.0.0.0'], 2, /requires a key/],
    ['an empty key', ['serve', '--api-key', ''], 2, /--api-key.* is empty/],
    ['a host with a port', ['serve', '--allowed-host', 'a:80'], 2, /"a:80", which is not a host/],
    ['a missing configuration file', ['serve', '--config', 'none.json'], 2, /none\.json cannot be read/],
    [
      'a missing model file',
      ['serve', '--port', '0', '--model', 'none.gguf'],
      1,
      /There is no file .*none\.gguf/,
    ],
    ['an invalid prompt', ['complete', '--no-wrap', 'Hi'], 2, /prompt must start with/],
  ])('explains in one line: %s', async (_, words, code, message) => {
    const result = await runContinuo(words)
    expect(result.code).toBe(code)
    expect(result.stderr).toMatch(message)
    expect(result.stderr).toMatch(/^continuo: /)
    expect(result.stderr).not.toMatch(/\n\s+at /)
    expect(result.stdout).toBe('')
  })

  it('reports that a port is in use', async () => {
    const { url } = await serve()
    const result = await runContinuo(['serve', ...QUICK, '--port', new URL(url).port])
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(/^continuo: .*in use.*\n$/)
  })
})

describe('continuo complete', () => {
  it('completes its argument, or its standard input', async () => {
    const words = ['complete', ...QUICK, '--max-tokens', '12']
    const byArgument = await runContinuo([...words, 'Hi'])
    const byInput = await runContinuo(words, 'Hi\n')
    const byHand = await runContinuo([...words, '--no-wrap', PROMPT])
    expect(byArgument).toMatchObject({ code: 0, stderr: '' })
    expect(byArgument.stdout).toMatch(/.+\n$/s)
    expect(byInput.stdout).toBe(byArgument.stdout)
    expect(byHand.stdout).toBe(byArgument.stdout)
  })

  it('stops at Ctrl-C', async () => {
    const command = new ContinuoProcess([
      'complete',
      ...QUICK,
      '--temperature',
      '0',
      '--max-tokens',
      '8000',
      'Hi',
    ])
    servers.push(command)
    await command.waitForOutput(/./)
    command.child.kill('SIGINT')
    expect(await command.exitCode()).toBe(130)
    expect(command.stdout.endsWith('\n')).toBe(true)
  })
})

describe('continuo models', () => {
  it('lists every id with its engine', async () => {
    const { code, stdout } = await runContinuo(['models'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^claude-2\.1\s+2023-\d\d-\d\d\s+default\s+Claude 2\.1$/m)
    expect(stdout).toMatch(/^continuo-demo\s/m)
  })
})

import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeRandomGguf } from '../../test/gguf/random-gguf.ts'
import { quickModel } from '../../test/quick-model.ts'
import { type ContinuoProcess, runContinuo } from '../../test/run-continuo.ts'

const model = quickModel()
const PROMPT = '\n\nHuman: Hi\n\nAssistant:'

async function serve(...words: string[]): Promise<{ server: ContinuoProcess; url: string }> {
  const server = model.start('serve', '--port', '0', ...model.flags, ...words)
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

  it('prints a link that creates the first admin key where keys are required', async () => {
    const { server, url } = await serve('--state', 'memory', '--access', 'keys')
    const [, page = '', code = ''] = await server.waitForOutput(/open this link once.*: (http:\S+)#(\S+)\n/)
    expect(page).toBe(`${url}/set-up`)
    expect(await (await fetch(page)).text()).toContain('<form method="post"')
    const response = await fetch(page, {
      method: 'POST',
      headers: { origin: url },
      body: new URLSearchParams({ name: 'Ann', code }),
    })
    const [secret = ''] = /sk-ant-admin01-[\w-]{43}/.exec(await response.text()) ?? []
    const headers = { 'x-api-key': secret, 'anthropic-version': '2026-10-21' }
    expect((await fetch(`${url}/v1/organizations/me`, { headers })).status).toBe(200)
    expect(server.stderr).not.toContain(code)
    expect(server.stderr).not.toContain(secret)
  })

  it('is healthy once the model is loaded', async () => {
    const probe = createServer()
    const port = await new Promise<number>((resolve) =>
      probe.listen(0, '127.0.0.1', () => resolve((probe.address() as AddressInfo).port)),
    )
    await new Promise((resolve) => probe.close(resolve))
    model.start('serve', '--port', `${port}`, ...model.flags)
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

  it('serves as configured in its file, with the key in it', async () => {
    const config = join(model.folder, 'continuo.json')
    const engine = { model: 'random.gguf', threads: 1, seed: 1 }
    writeRandomGguf(join(model.folder, 'other.gguf'), { seed: 2 })
    writeFileSync(
      config,
      JSON.stringify({
        port: 0,
        apiKeys: ['secret'],
        engines: { default: engine, other: { ...engine, model: 'other.gguf' } },
        models: { 'my-model': 'other', 'claude-instant-1': 'other' },
      }),
    )
    const server = model.start('serve', '--config', config)
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
    expect(line).toMatch(/^\d\d:\d\d:\d\d GET \/nowhere 404 route-not-found \d+ ms req_\w+ Not Found\n$/)
  })

  it('reports that a port is in use', async () => {
    const { url } = await serve()
    const result = await runContinuo(['serve', ...model.flags, '--port', new URL(url).port])
    expect(result).toMatchObject({ code: 1, stdout: '' })
    expect(result.stderr).toMatch(/^continuo: .*in use.*\n$/)
  })
})

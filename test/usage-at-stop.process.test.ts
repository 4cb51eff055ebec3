import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../src/config/resolve-config.ts'
import { type RunningServer, serve } from '../src/http/server/serve.ts'
import { type Continuo, startContinuo } from '../src/open-continuo.ts'
import { writeRecitingGguf } from './gguf/reciting-gguf.ts'

/** One token each; a small model writes all of them within one message of its process, or in a few. */
const PIECES = Array.from({ length: 60 }, (_, index) => ` word${index}.`)

const folder = mkdtempSync(join(tmpdir(), 'continuo-usage-at-stop-'))
let continuo: Continuo
let server: RunningServer

beforeAll(async () => {
  const model = join(folder, 'reciting.gguf')
  writeRecitingGguf(model, { cue: ':', pieces: PIECES, chatTemplate: '', contextTokens: 256 })
  const configPath = join(folder, 'continuo.json')
  const engine = { model, format: 'raw', threads: 1, kvCache: 'unified', flashAttention: false }
  const config = { logLevel: 'silent', state: 'none', engines: { engine }, defaultEngine: 'engine' }
  writeFileSync(configPath, JSON.stringify(config))
  const loading = await startContinuo(resolveConfig({ configPath }, {}))
  continuo = loading.continuo
  server = await serve(continuo.handle, { host: '127.0.0.1', port: 0 })
  await loading.loaded
})
afterAll(async () => {
  server.closeNow()
  await continuo.close()
  rmSync(folder, { recursive: true })
})

async function recite(stop: readonly string[]) {
  const response = await fetch(`${server.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ model: 'claude-2.1', max_tokens: 200, temperature: 0, stop_sequences: stop },
      messages: [{ role: 'user', content: 'Recite' }],
    }),
  })
  const { content, stop_sequence, usage } = (await response.json()) as {
    content: { text: string }[]
    stop_sequence: string | null
    usage: { output_tokens: number }
  }
  return { text: content[0]?.text ?? '', stop: stop_sequence, tokens: usage.output_tokens }
}

describe('output_tokens', () => {
  it.each([
    ['word0.', 0],
    ['word7', 7],
    ['7. word8', 8],
    ['.', 0],
    ['word33.', 33],
  ])('end with the token in which the stop sequence %s ends', async (stop, last) => {
    const text = PIECES.join('')
    const found = await recite([stop])
    expect(found).toEqual({ text: text.slice(0, text.indexOf(stop)).trimStart(), stop, tokens: last + 1 })
  })

  it('count all tokens of a reply without one', async () => {
    // The last one ends the turn.
    expect(await recite(['word60'])).toMatchObject({ stop: null, tokens: PIECES.length + 1 })
  })
})

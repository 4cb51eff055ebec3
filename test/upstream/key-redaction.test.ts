import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamKind } from '../../src/engines/upstream/dialects/dialects.ts'
import { UpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts'
import { type ReceivedRequest, ScriptedUpstream, type UpstreamScript } from '../scripted-upstream.ts'
import { upstreamRequest } from '../upstream-histories.ts'
import { upstreamSettings } from '../upstream-settings.ts'

const KEY = 'up-SECRET-key-of-42-signs'
const KINDS: readonly UpstreamKind[] = ['openai-completions', 'openai-chat', 'claude-messages']

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Everything that callers and logs get to know of one request. */
async function toldBy(kind: UpstreamKind, script: (received: ReceivedRequest) => UpstreamScript) {
  const upstream = await ScriptedUpstream.start(script)
  const told: unknown[] = []
  const engine = new UpstreamEngine(
    upstreamSettings({
      kind,
      baseUrls: [upstream.url],
      model: 'm',
      apiKey: KEY,
      extraBody: { gateway_token: 'of-the-gateway-77' },
      maxRetries: 0,
    }),
    {
      onFailure: (...all) => void told.push(all),
      onWarning: (warning) => void told.push(warning),
      onEject: (...all) => void told.push(all),
    },
  )
  cleanups.push(
    () => upstream.close(),
    () => engine.close(),
  )
  try {
    for await (const _ of engine.generate(upstreamRequest(), new AbortController().signal));
  } catch (error) {
    told.push(error, (error as Error).message, (error as Error).cause)
  }
  expect(JSON.stringify(upstream.requests)).toContain(KEY)
  return inspect(told, { depth: 10, maxStringLength: null, showHidden: true })
}

const headersOf = ({ headers, body }: ReceivedRequest) =>
  Object.entries({ ...headers, ...body })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')
/** What an upstream may say in any of its texts. */
const ECHOES: readonly (readonly [string, (received: ReceivedRequest) => string])[] = [
  ['its headers', headersOf],
  ['the key at the end of what is logged', () => `${'x'.repeat(190)} ${KEY}`],
  ['the key at the end of what a caller is shown', () => `${'x'.repeat(1_990)} ${KEY}`],
  ['the key in part', () => `Incorrect API key provided: ${KEY.slice(0, 8)}****${KEY.slice(-4)}.`],
  ['the key in base64', () => Buffer.from(`Bearer ${KEY}`).toString('base64')],
]
const SECRETS = /SECRET|of-42|igns|of-the-gateway/i

describe.each(KINDS)('an upstream of %s that repeats', (kind) => {
  describe.each(ECHOES)('%s', (_, echo) => {
    it.each([400, 401, 403, 404, 405, 413, 418, 422, 429, 500, 503])('with status %i', async (status) => {
      for (const bodyOf of [
        (text: string) => ({ error: { message: text, type: text, code: text } }),
        (text: string) => ({ detail: text }),
      ]) {
        const told = await toldBy(kind, (received) => ({
          status,
          headers: { 'retry-after': KEY, 'x-key': KEY },
          steps: [JSON.stringify(bodyOf(echo(received)))],
        }))
        expect(told).not.toMatch(SECRETS)
        expect(told).not.toContain(Buffer.from(`Bearer ${KEY}`).toString('base64').slice(12, 24))
      }
    })

    it.each([400, 401, 500])('in the middle of a stream, with code %i', async (code) => {
      const told = await toldBy(kind, (received) => {
        const error = { message: echo(received), type: echo(received), code }
        return { steps: [`data: ${JSON.stringify({ type: 'error', error })}\n\n`] }
      })
      expect(told).toContain('CompletionError')
      expect(told).not.toMatch(SECRETS)
    })

    it('as the reason why it ended', async () => {
      const told = await toldBy(kind, (received) => {
        const reason = echo(received)
        const events = [
          { choices: [{ index: 0, delta: { content: 'a' }, text: 'a', finish_reason: reason }] },
          { type: 'message_delta', delta: { stop_reason: reason } },
          { type: 'message_stop' },
        ]
        const ofKind = events.filter((event) => 'choices' in event !== (kind === 'claude-messages'))
        return { steps: [...ofKind.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'] }
      })
      expect(told).toContain('for an unknown reason')
      expect(told).not.toMatch(SECRETS)
    })
  })

  it('a line that is no HTTP', async () => {
    const told = await toldBy(kind, () => ({ headers: { 'content-type': KEY }, steps: [KEY] }))
    expect(told).toContain('CompletionError')
    expect(told).not.toMatch(SECRETS)
  })
})

import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { UpstreamKind } from '../../src/engines/upstream/dialects/dialects.ts'
import type { ReceivedRequest, UpstreamScript } from '../scripted-upstream.ts'
import { upstreamRequest } from '../upstream-histories.ts'
import { openEngine, UPSTREAM_KINDS } from './open-upstream.ts'

const KEY = 'up-SECRET-key-of-42-signs'

/** Everything that clients and logs get of one request for each script. */
async function reportedBy(
  kind: UpstreamKind,
  ...scripts: readonly ((received: ReceivedRequest) => UpstreamScript)[]
) {
  const reported: unknown[] = []
  const { upstream, engine } = await openEngine(
    (received, index) => scripts[index]?.(received) ?? { steps: [] },
    { kind, apiKey: KEY, extraBody: { gateway_token: 'of-the-gateway-77' }, maxRetries: 0 },
    {
      onFailure: (...all) => void reported.push(all),
      onWarning: (warning) => void reported.push(warning),
      onEject: (...all) => void reported.push(all),
    },
  )
  for (const _ of scripts) {
    try {
      for await (const _ of engine.generate(upstreamRequest(), new AbortController().signal));
    } catch (error) {
      reported.push(error, (error as Error).message, (error as Error).cause)
    }
  }
  expect(upstream.requests.length).toBeGreaterThanOrEqual(scripts.length)
  expect(JSON.stringify(upstream.requests)).toContain(KEY)
  return inspect(reported, { depth: 10, maxStringLength: null, showHidden: true })
}

const headersOf = ({ headers, body }: ReceivedRequest) =>
  Object.entries({ ...headers, ...body })
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n')
/** Texts of an upstream with a secret. */
const ECHOES: readonly (readonly [string, (received: ReceivedRequest) => string])[] = [
  ['its headers', headersOf],
  ['the key at the end of what is logged', () => `${'x'.repeat(190)} ${KEY}`],
  ['the key at the end of what a caller is shown', () => `${'x'.repeat(1_990)} ${KEY}`],
  ['the key in part', () => `Incorrect API key provided: ${KEY.slice(0, 8)}****${KEY.slice(-4)}.`],
  ['the key in base64', () => Buffer.from(`Bearer ${KEY}`).toString('base64')],
]
const SECRETS = /SECRET|of-42|igns|of-the-gateway/i

describe.each(UPSTREAM_KINDS)('an upstream of %s that quotes secrets:', (kind) => {
  describe.each(ECHOES)('%s', (_, echo) => {
    it.each([400, 401, 403, 404, 405, 413, 418, 422, 429, 500, 503])('with status %i', async (status) => {
      const scriptOf = (bodyOf: (text: string) => object) => (received: ReceivedRequest) => ({
        status,
        headers: { 'retry-after': KEY, 'x-key': KEY },
        steps: [JSON.stringify(bodyOf(echo(received)))],
      })
      const reported = await reportedBy(
        kind,
        scriptOf((text) => ({ error: { message: text, type: text, code: text } })),
        scriptOf((text) => ({ detail: text })),
      )
      expect(reported).not.toMatch(SECRETS)
      expect(reported).not.toContain(Buffer.from(`Bearer ${KEY}`).toString('base64').slice(12, 24))
    })

    it.each([400, 401, 500])('in the middle of a stream, with code %i', async (code) => {
      const reported = await reportedBy(kind, (received) => {
        const error = { message: echo(received), type: echo(received), code }
        return { steps: [`data: ${JSON.stringify({ type: 'error', error })}\n\n`] }
      })
      expect(reported).toContain('CompletionError')
      expect(reported).not.toMatch(SECRETS)
    })

    it('as the stop reason', async () => {
      const reported = await reportedBy(kind, (received) => {
        const reason = echo(received)
        const events = [
          { choices: [{ index: 0, delta: { content: 'a' }, text: 'a', finish_reason: reason }] },
          { type: 'message_delta', delta: { stop_reason: reason } },
          { type: 'message_stop' },
        ]
        const ofKind = events.filter((event) => 'choices' in event !== (kind === 'claude-messages'))
        return { steps: [...ofKind.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'] }
      })
      expect(reported).toContain('for an unknown reason')
      expect(reported).not.toMatch(SECRETS)
    })
  })

  it('in a line that is no HTTP', async () => {
    const reported = await reportedBy(kind, () => ({ headers: { 'content-type': KEY }, steps: [KEY] }))
    expect(reported).toContain('CompletionError')
    expect(reported).not.toMatch(SECRETS)
  })
})

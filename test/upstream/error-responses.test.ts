import { afterAll, describe, expect, it, vi } from 'vitest'
import type { UpstreamFailureKind } from '../../src/engines/upstream/transport/upstream-failure.ts'
import { UpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts'
import { flood, type Hand, HandwrittenUpstream } from '../handwritten-upstream.ts'
import { upstreamRequest } from '../upstream-histories.ts'
import { upstreamSettings } from '../upstream-settings.ts'

const cleanups: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** The outcome of a request to an upstream. */
async function ask(hand: Hand) {
  const upstream = await HandwrittenUpstream.start(hand)
  const kinds: UpstreamFailureKind[] = []
  const engine = new UpstreamEngine(
    upstreamSettings({
      kind: 'openai-completions',
      baseUrls: [upstream.url],
      model: 'm',
      maxRetries: 1,
      idleTimeoutMs: 100,
      firstByteTimeoutMs: 5_000,
    }),
    { onFailure: (_, kind) => void kinds.push(kind) },
  )
  cleanups.push(
    () => upstream.close(),
    () => engine.close(),
  )
  const error = await engine
    .generate(upstreamRequest(), new AbortController().signal)
    .next()
    .then(
      () => new Error('it worked'),
      (reason: Error) => reason,
    )
  return { upstream, kinds, error }
}

const head = (status: number) =>
  `HTTP/1.1 ${status} No\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n`

describe.concurrent('an upstream that responds with an error', () => {
  const bodies: [string, (status: number) => Hand][] = [
    ['dies in the middle of its body', (status) => (socket) => socket.end(`${head(status)}{"error": `)],
    ['dies before its body', (status) => (socket) => socket.end(head(status))],
    [
      'is silent in the middle of its body',
      (status) => (socket) => socket.write(`${head(status)}{"error": `),
    ],
  ]
  const statuses: [number, UpstreamFailureKind, number][] = [
    [400, 'request-refused', 1],
    [429, 'overloaded', 2],
    [500, 'server-error', 1],
    [503, 'unavailable', 2],
  ]
  const cases = bodies.flatMap(([name, handOf]) =>
    statuses.map((status) => [...status, name, handOf] as const),
  )

  it.each(cases)(
    'with %i fails as %s, after %i attempts, though it %s',
    async (...[status, kind, attempts, , handOf]) => {
      const { upstream, kinds } = await ask(handOf(status))
      expect(kinds).toEqual(Array.from({ length: attempts }, () => kind))
      expect(upstream.received.value).toBe(attempts)
    },
  )

  it('in an endless body is read up to the limit, then cancelled', async () => {
    const { upstream, kinds } = await ask((socket) => {
      socket.write('HTTP/1.1 500 No\r\n\r\n')
      return flood(socket, 'x'.repeat(10_000))
    })
    expect(kinds).toEqual(['server-error'])
    await vi.waitUntil(() => upstream.sockets[0]?.destroyed, { interval: 5, timeout: 5_000 })
  })

  it('with a text has it passed on', async () => {
    const body = JSON.stringify({ error: { message: 'größe 日本' } })
    const { error } = await ask((socket) =>
      socket.write(`HTTP/1.1 400 No\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
    )
    expect(error.message).toBe('größe 日本')
  })
})

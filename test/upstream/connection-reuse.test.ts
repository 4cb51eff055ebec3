import type { Socket } from 'node:net'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { Replica } from '../../src/engines/upstream/transport/replica.ts'
import { eventLoopTurns } from '../event-loop-turns.ts'
import {
  CHUNKED_HEAD,
  chunk,
  flood,
  type Hand,
  type HandwrittenUpstream,
  HandwrittenUpstreams,
  LAST_CHUNK,
  readAll,
  sendTo,
  WHOLE_RESPONSE,
} from '../handwritten-upstream.ts'

const calls = new HandwrittenUpstreams()
afterAll(() => calls.close())

/** How long a response may linger, less the tolerance of timers and clocks. */
const LINGER_MS = 950

/** A replica with a single connection; the first response is the given one, all others are complete. */
function openSingle(first: Hand): Promise<{ upstream: HandwrittenUpstream; replica: Replica }> {
  const hand: Hand = (socket, index) => (index === 0 ? first(socket, index) : socket.write(WHOLE_RESPONSE))
  return calls.open(hand, { maxConcurrentRequests: 1 })
}

/** On a single connection, this waits for the previous response. */
async function expectAnotherResponse(replica: Replica): Promise<void> {
  const { bytes, error } = await readAll(await sendTo(replica))
  expect([String(bytes), error]).toEqual(['all', null])
}

/** The time until the first connection is closed. */
async function closedAfterMs({ sockets: [socket] }: HandwrittenUpstream): Promise<number> {
  const startedMs = performance.now()
  // expect.poll fails in concurrent tests, because it looks for the running one.
  await vi.waitFor(() => expect(socket?.destroyed).toBe(true), { interval: 5, timeout: 5_000 })
  return performance.now() - startedMs
}

const sendAll = (socket: Socket) => socket.write(`${CHUNKED_HEAD}${chunk('all')}`)

describe.concurrent('UpstreamResponse.finish', () => {
  it.each<[string, Hand]>([
    ['has arrived already', (socket) => socket.write(WHOLE_RESPONSE)],
    [
      'arrives in time',
      async (socket) => {
        sendAll(socket)
        await eventLoopTurns()
        socket.write(LAST_CHUNK)
      },
    ],
    [
      'is long and arrives in time',
      (socket) => {
        sendAll(socket)
        socket.write(`${chunk('x'.repeat(3_000_000))}${LAST_CHUNK}`)
      },
    ],
  ])('keeps the connection for the next request when the rest %s', async (_, first) => {
    const { upstream, replica } = await openSingle(first)
    const response = await sendTo(replica)
    expect(String(await response.read())).toMatch(/^all/)
    // So that a long rest has paused it.
    await eventLoopTurns()
    response.finish()
    response.finish()
    response.cancel()
    await expectAnotherResponse(replica)
    expect(upstream.sockets).toHaveLength(1)
  })

  it.each<[string, Hand]>([
    ['does not arrive', sendAll],
    [
      'does not end',
      (socket) => {
        sendAll(socket)
        return flood(socket, chunk('x'.repeat(10_000)))
      },
    ],
  ])('closes the connection when the rest %s', async (_, first) => {
    const { upstream, replica } = await openSingle(first)
    const response = await sendTo(replica)
    await response.read()
    response.finish()
    const closedMs = await closedAfterMs(upstream)
    expect(closedMs).toBeGreaterThan(LINGER_MS)
    expect(closedMs).toBeLessThan(3_000)
    await expectAnotherResponse(replica)
    expect(upstream.sockets).toHaveLength(2)
  })

  it('keeps the connection for the next request after a response that was read to its end', async () => {
    const { upstream, replica } = await openSingle((socket) => socket.write(WHOLE_RESPONSE))
    const response = await sendTo(replica)
    await readAll(response)
    response.finish()
    response.cancel()
    expect(await response.read()).toBeNull()
    await expectAnotherResponse(replica)
    expect(upstream.sockets).toHaveLength(1)
  })

  it('tolerates a connection that is lost before the rest arrives', async () => {
    const { upstream, replica } = await openSingle(sendAll)
    const response = await sendTo(replica)
    await response.read()
    response.finish()
    upstream.sockets[0]?.resetAndDestroy()
    await expectAnotherResponse(replica)
  })
})

describe.concurrent('UpstreamResponse.cancel', () => {
  it.each<[string, Hand]>([
    ['before its body', (socket) => socket.write(CHUNKED_HEAD)],
    ['in the middle', sendAll],
    [
      'in a flood',
      (socket) => {
        sendAll(socket)
        return flood(socket, chunk('x'.repeat(10_000)))
      },
    ],
  ])('closes the connection at once %s', async (_, first) => {
    const { upstream, replica } = await openSingle(first)
    const response = await sendTo(replica)
    await eventLoopTurns()
    response.cancel()
    response.cancel()
    response.finish()
    // Much sooner than one that lingers.
    expect(await closedAfterMs(upstream)).toBeLessThan(LINGER_MS - 300)
    await expectAnotherResponse(replica)
    expect(upstream.sockets).toHaveLength(2)
  })
})

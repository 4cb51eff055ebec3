import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamResponse } from '../../src/engines/upstream/transport/upstream-response.ts'
import { eventLoopTurns } from '../event-loop-turns.ts'
import {
  CHUNKED_HEAD,
  chunk,
  type Hand,
  HandwrittenUpstreams,
  readAll,
  sendTo,
  WHOLE_RESPONSE,
  writing,
} from '../handwritten-upstream.ts'

const calls = new HandwrittenUpstreams()
afterEach(() => calls.close())

const GONE = new Error('gone')

function listenerCount(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}

/** Timers that keep a process alive. */
function timerCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

describe('UpstreamResponse, when its request is cancelled', () => {
  it('sends nothing if that is before the request', async () => {
    const { upstream, replica } = await calls.open(writing(WHOLE_RESPONSE))
    await expect(sendTo(replica, AbortSignal.abort(GONE))).rejects.toBe(GONE)
    await eventLoopTurns()
    expect([upstream.sockets.length, upstream.received.value]).toEqual([0, 0])
  })

  it('sends nothing if that is while the connection is opened', async () => {
    const { upstream, replica } = await calls.open(writing(WHOLE_RESPONSE))
    const client = new AbortController()
    const sent = sendTo(replica, client.signal)
    client.abort(GONE)
    await expect(sent).rejects.toBe(GONE)
    await eventLoopTurns()
    expect(upstream.received.value).toBe(0)
    expect(listenerCount(client.signal)).toBe(0)
  })

  it('sends nothing if that is while it waits for the only connection', async () => {
    const { upstream, replica } = await calls.open(writing(CHUNKED_HEAD), { maxConcurrentRequests: 1 })
    const [first, client] = [await sendTo(replica), new AbortController()]
    const waiting = sendTo(replica, client.signal)
    client.abort(GONE)
    await expect(waiting).rejects.toBe(GONE)
    first.cancel()
    await eventLoopTurns()
    expect(upstream.received.value).toBe(1)
  })

  it('closes the connection while it waits for headers', async () => {
    const { upstream, replica } = await calls.open(() => undefined)
    const client = new AbortController()
    const sent = sendTo(replica, client.signal)
    await upstream.received.until(1)
    expect(listenerCount(client.signal)).toBe(1)
    client.abort(GONE)
    await expect(sent).rejects.toBe(GONE)
    await upstream.untilClosed()
  })

  it.each<[string, unknown, string]>([
    ['with an error', GONE, 'gone'],
    ['with a reason that is no error', 'bored', 'the request was cancelled'],
    ['without a reason', undefined, 'aborted'],
  ])('closes the connection and ends the read in the middle, %s', async (_, reason, message) => {
    const { upstream, replica } = await calls.open(writing(`${CHUNKED_HEAD}${chunk('some')}`))
    const client = new AbortController()
    const response = await sendTo(replica, client.signal)
    expect(String(await response.read())).toBe('some')
    const waiting = response.read()
    client.abort(reason)
    await expect(waiting).rejects.toThrow(message)
    await expect(response.read()).rejects.toThrow(message)
    await upstream.untilClosed()
  })

  it('does nothing after the end', async () => {
    const { upstream, replica } = await calls.open(writing(WHOLE_RESPONSE), { maxConcurrentRequests: 1 })
    const client = new AbortController()
    const response = await sendTo(replica, client.signal)
    expect(await readAll(response)).toEqual({ bytes: Buffer.from('all'), error: null })
    client.abort(GONE)
    expect(await response.read()).toBeNull()
    await readAll(await sendTo(replica))
    expect(upstream.sockets).toHaveLength(1)
  })

  it('closes the connection of a finished response that has not ended', async () => {
    const { upstream, replica } = await calls.open(writing(`${CHUNKED_HEAD}${chunk('all')}`))
    const client = new AbortController()
    const response = await sendTo(replica, client.signal)
    await response.read()
    response.finish()
    client.abort(GONE)
    // Sooner than a finished response that does not end is closed.
    await expect.poll(() => upstream.sockets[0]?.destroyed, { interval: 5, timeout: 700 }).toBe(true)
    response.cancel()
  })
})

describe('UpstreamResponse, once it is over', () => {
  const cut: Hand = (socket) => socket.end(`${CHUNKED_HEAD}${chunk('all')}`)
  const silent = writing(`${CHUNKED_HEAD}${chunk('all')}`)
  it.each<[string, Hand, (response: UpstreamResponse, client: AbortController) => unknown]>([
    ['read', writing(WHOLE_RESPONSE), (response) => readAll(response)],
    ['finished', writing(WHOLE_RESPONSE), (response) => response.finish()],
    ['cancelled', silent, (response) => response.cancel()],
    ['lost', cut, (response) => readAll(response)],
    ['timed out', silent, (response) => readAll(response)],
    ['aborted', silent, (_, client) => client.abort(GONE)],
  ])('keeps no listener, timer or socket after it was %s', async (_, hand, end) => {
    const { upstream, replica } = await calls.open(hand, { idleTimeoutMs: 80 })
    const timersBefore = timerCount()
    const clients = Array.from({ length: 4 }, () => new AbortController())
    for (const client of clients) {
      const response = await sendTo(replica, client.signal)
      await end(response, client)
    }
    const listeners = () => clients.reduce((sum, { signal }) => sum + listenerCount(signal), 0)
    await expect.poll(listeners, { interval: 5 }).toBe(0)
    await replica.close()
    await expect.poll(() => upstream.openSockets.length, { interval: 5 }).toBe(0)
    expect(timerCount()).toBeLessThanOrEqual(timersBefore)
  })

  it('keeps no listener or timer if it never started', async () => {
    const { upstream, replica } = await calls.open(() => undefined)
    await upstream.close()
    const [client, timersBefore] = [new AbortController(), timerCount()]
    await expect(sendTo(replica, client.signal)).rejects.toMatchObject({ kind: 'unreachable' })
    expect(listenerCount(client.signal)).toBe(0)
    await replica.close()
    expect(timerCount()).toBeLessThanOrEqual(timersBefore)
  })
})

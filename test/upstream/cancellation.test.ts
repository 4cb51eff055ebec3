import { getEventListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamResponse } from '../../src/engines/upstream/transport/upstream-response.ts'
import {
  CHUNKED_HEAD,
  chunk,
  type Hand,
  HandwrittenExchanges,
  LAST_CHUNK,
  readAll,
  sendTo,
} from '../handwritten-upstream.ts'

const calls = new HandwrittenExchanges()
afterEach(() => calls.close())

const WHOLE = `${CHUNKED_HEAD}${chunk('all')}${LAST_CHUNK}`
const GONE = new Error('gone')
const write =
  (text: string): Hand =>
  (socket) =>
    socket.write(text)

function listenerCount(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length
}

/** Timers that keep a process alive. */
function timerCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

describe('a caller who leaves', () => {
  it('before the request has it sent to nobody', async () => {
    const { upstream, replica } = await calls.open(write(WHOLE))
    await expect(sendTo(replica, AbortSignal.abort(GONE))).rejects.toBe(GONE)
    await delay(20)
    expect([upstream.sockets.length, upstream.requestCount]).toEqual([0, 0])
  })

  it('while the connection is made has nothing answered', async () => {
    const { upstream, replica } = await calls.open(write(WHOLE))
    const caller = new AbortController()
    const sent = sendTo(replica, caller.signal)
    caller.abort(GONE)
    await expect(sent).rejects.toBe(GONE)
    await delay(20)
    expect(upstream.requestCount).toBe(0)
    expect(listenerCount(caller.signal)).toBe(0)
  })

  it('while others have the only connection has nothing asked', async () => {
    const { upstream, replica } = await calls.open(write(CHUNKED_HEAD), { maxConcurrentRequests: 1 })
    const [first, caller] = [await sendTo(replica), new AbortController()]
    const waiting = sendTo(replica, caller.signal)
    caller.abort(GONE)
    await expect(waiting).rejects.toBe(GONE)
    first.cancel()
    await delay(50)
    expect(upstream.requestCount).toBe(1)
  })

  it('while headers are awaited ends the connection', async () => {
    const { upstream, replica } = await calls.open(() => undefined)
    const caller = new AbortController()
    const sent = sendTo(replica, caller.signal)
    await expect.poll(() => upstream.requestCount, { interval: 5 }).toBe(1)
    expect(listenerCount(caller.signal)).toBe(1)
    caller.abort(GONE)
    await expect(sent).rejects.toBe(GONE)
    await expect.poll(() => upstream.sockets[0]?.destroyed, { interval: 5 }).toBe(true)
  })

  it.each<[string, unknown, string]>([
    ['for a reason', GONE, 'gone'],
    ['for no error', 'bored', 'the request was cancelled'],
    ['for no reason', undefined, 'aborted'],
  ])('in the middle, %s, ends the connection and the wait', async (_, reason, message) => {
    const { upstream, replica } = await calls.open(write(`${CHUNKED_HEAD}${chunk('some')}`))
    const caller = new AbortController()
    const response = await sendTo(replica, caller.signal)
    expect(String(await response.read())).toBe('some')
    const waiting = response.read()
    caller.abort(reason)
    await expect(waiting).rejects.toThrow(message)
    await expect(response.read()).rejects.toThrow(message)
    await expect.poll(() => upstream.sockets[0]?.destroyed, { interval: 5 }).toBe(true)
  })

  it('behind the end disturbs nobody', async () => {
    const { upstream, replica } = await calls.open(write(WHOLE), { maxConcurrentRequests: 1 })
    const caller = new AbortController()
    const response = await sendTo(replica, caller.signal)
    expect(await readAll(response)).toEqual({ bytes: Buffer.from('all'), error: null })
    caller.abort(GONE)
    expect(await response.read()).toBeNull()
    await readAll(await sendTo(replica))
    expect(upstream.sockets).toHaveLength(1)
  })

  it('while the end is awaited aside ends the connection', async () => {
    const { upstream, replica } = await calls.open(write(`${CHUNKED_HEAD}${chunk('all')}`))
    const caller = new AbortController()
    const response = await sendTo(replica, caller.signal)
    await response.read()
    response.finish()
    caller.abort(GONE)
    await expect.poll(() => upstream.sockets[0]?.destroyed, { interval: 5, timeout: 700 }).toBe(true)
    response.cancel()
  })
})

describe('an exchange that is over', () => {
  const cut: Hand = (socket) => socket.end(`${CHUNKED_HEAD}${chunk('all')}`)
  const silent = write(`${CHUNKED_HEAD}${chunk('all')}`)
  it.each<[string, Hand, (response: UpstreamResponse, caller: AbortController) => unknown]>([
    ['read', write(WHOLE), (response) => readAll(response)],
    ['finished', write(WHOLE), (response) => response.finish()],
    ['left', silent, (response) => response.cancel()],
    ['lost', cut, (response) => readAll(response)],
    ['given up', silent, (response) => readAll(response)],
    ['aborted', silent, (_, caller) => caller.abort(GONE)],
  ])('because it was %s leaves no listener, timer or socket', async (_, hand, end) => {
    const { upstream, replica } = await calls.open(hand, { idleTimeoutMs: 80 })
    const timersBefore = timerCount()
    const callers = Array.from({ length: 4 }, () => new AbortController())
    for (const caller of callers) {
      const response = await sendTo(replica, caller.signal)
      await end(response, caller)
    }
    const listeners = () => callers.reduce((sum, { signal }) => sum + listenerCount(signal), 0)
    await expect.poll(listeners, { interval: 5 }).toBe(0)
    await replica.close()
    await expect.poll(() => upstream.openSockets.length, { interval: 5 }).toBe(0)
    expect(timerCount()).toBeLessThanOrEqual(timersBefore)
  })

  it('because it never began leaves no listener or timer', async () => {
    const { upstream, replica } = await calls.open(() => undefined)
    await upstream.close()
    const [caller, timersBefore] = [new AbortController(), timerCount()]
    await expect(sendTo(replica, caller.signal)).rejects.toMatchObject({ kind: 'unreachable' })
    expect(listenerCount(caller.signal)).toBe(0)
    await replica.close()
    expect(timerCount()).toBeLessThanOrEqual(timersBefore)
  })
})

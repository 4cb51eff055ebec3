import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, it, vi } from 'vitest'
import {
  CHUNKED_HEAD,
  chunk,
  type Hand,
  type HandwrittenUpstream,
  HandwrittenUpstreams,
  LAST_CHUNK,
  readAll,
  sendTo,
} from '../handwritten-upstream.ts'

const calls = new HandwrittenUpstreams()
afterAll(() => calls.close())

/** A limit that is meant to be met. */
const SHORT_MS = 80
/** One that even a busy machine does not meet. */
const LONG_MS = 500

/** How long something took to fail. */
async function failedAfterMs(start: () => Promise<unknown>, kind: string): Promise<number> {
  const startedMs = performance.now()
  await expect(start()).rejects.toMatchObject({ kind })
  return performance.now() - startedMs
}

/** Not by expect.poll, which fails where tests run together: it looks for the one that runs. */
function untilClosed({ sockets }: HandwrittenUpstream, index = 0): Promise<unknown> {
  return vi.waitFor(() => expect(sockets[index]?.destroyed).toBe(true), { interval: 5, timeout: 2_000 })
}

describe.concurrent('the silence of an upstream', () => {
  it('is limited before the headers', async () => {
    const { upstream, replica } = await calls.open(() => undefined, { firstByteTimeoutMs: SHORT_MS })
    expect(await failedAfterMs(() => sendTo(replica), 'first-byte-timeout')).toBeGreaterThan(SHORT_MS - 5)
    await untilClosed(upstream)
  })

  it('is limited in the middle of the headers', async () => {
    const hand: Hand = (socket) => socket.write('HTTP/1.1 200 OK\r\nx-a')
    const { replica } = await calls.open(hand, { firstByteTimeoutMs: SHORT_MS })
    expect(await failedAfterMs(() => sendTo(replica), 'first-byte-timeout')).toBeGreaterThan(SHORT_MS - 5)
  })

  it('is limited after the headers, counted from the request', async () => {
    const sentMs = performance.now()
    const { upstream, replica } = await calls.open(
      async (socket) => {
        await delay(SHORT_MS / 2)
        socket.write(CHUNKED_HEAD)
      },
      { firstByteTimeoutMs: SHORT_MS },
    )
    await failedAfterMs(() => sendTo(replica).then((response) => response.read()), 'first-byte-timeout')
    expect(performance.now() - sentMs).toBeGreaterThan(SHORT_MS - 5)
    await untilClosed(upstream)
  })

  it('may be longer before the first bytes than between bytes', async () => {
    const { replica } = await calls.open(
      async (socket) => {
        socket.write(CHUNKED_HEAD)
        await delay(3 * SHORT_MS)
        socket.write(`${chunk('all')}${LAST_CHUNK}`)
      },
      { firstByteTimeoutMs: 10_000, idleTimeoutMs: SHORT_MS },
    )
    expect(await readAll(await sendTo(replica))).toEqual({ bytes: Buffer.from('all'), error: null })
  })

  it('is limited between events, after which what arrived can be read', async () => {
    const { upstream, replica } = await calls.open(
      (socket) => socket.write(`${CHUNKED_HEAD}${chunk('some')}`),
      { idleTimeoutMs: SHORT_MS, firstByteTimeoutMs: 10_000 },
    )
    const response = await sendTo(replica)
    expect(String(await response.read())).toBe('some')
    expect(await failedAfterMs(() => response.read(), 'idle-timeout')).toBeGreaterThan(SHORT_MS - 5)
    await untilClosed(upstream)
    await expect(response.read()).rejects.toMatchObject({ kind: 'idle-timeout' })
  })

  it('restarts after every byte', async () => {
    const pieces = 4
    const { replica } = await calls.open(
      async (socket) => {
        socket.write(CHUNKED_HEAD)
        for (let piece = 0; piece < pieces; piece++) {
          socket.write(chunk('x'))
          await delay(LONG_MS / 3)
        }
        socket.write(LAST_CHUNK)
      },
      { idleTimeoutMs: LONG_MS },
    )
    const { bytes, error } = await readAll(await sendTo(replica))
    expect([String(bytes), error]).toEqual(['x'.repeat(pieces), null])
  })
})

describe.concurrent('an upstream that sends byte by byte', () => {
  /** Says a letter again and again, each long before the limit of silence. */
  const drip: Hand = (socket) => {
    socket.write(CHUNKED_HEAD)
    const timer = setInterval(() => socket.write(chunk('x')), LONG_MS / 10)
    socket.once('close', () => clearInterval(timer))
  }

  it('is limited when the whole body is read, but not when it is streamed', async () => {
    const { upstream, replica } = await calls.open(drip, { idleTimeoutMs: LONG_MS })
    const stream = await sendTo(replica)
    expect(
      await failedAfterMs(() => sendTo(replica).then((response) => response.text(1_000)), 'idle-timeout'),
    ).toBeGreaterThan(LONG_MS - 5)
    await untilClosed(upstream, 1)
    expect(String(await stream.read())).toMatch(/^x+$/)
    stream.cancel()
  })
})

describe.concurrent('a slow reader', () => {
  it('does not count as silence of the upstream', async () => {
    const { replica } = await calls.open(
      (socket) => socket.write(`${CHUNKED_HEAD}${chunk('x'.repeat(1_000_000))}${LAST_CHUNK}`),
      { idleTimeoutMs: LONG_MS, firstByteTimeoutMs: LONG_MS },
    )
    const response = await sendTo(replica)
    await delay(LONG_MS + 100)
    let bytes = (await response.read())?.byteLength ?? 0
    await delay(LONG_MS + 100)
    for (let piece = await response.read(); piece !== null; piece = await response.read())
      bytes += piece.byteLength
    expect(bytes).toBe(1_000_000)
  })

  it('does not shorten the time that the upstream has afterwards', async () => {
    let sendMore: () => unknown = () => undefined
    const { replica } = await calls.open(
      (socket) => {
        socket.write(`${CHUNKED_HEAD}${chunk('some')}`)
        sendMore = () => socket.write(`${chunk('more')}${LAST_CHUNK}`)
      },
      { idleTimeoutMs: LONG_MS, firstByteTimeoutMs: 10_000 },
    )
    const response = await sendTo(replica)
    expect(String(await response.read())).toBe('some')
    await delay(LONG_MS + 100)
    setTimeout(sendMore, LONG_MS / 4)
    expect(await readAll(response)).toEqual({ bytes: Buffer.from('more'), error: null })
  })
})

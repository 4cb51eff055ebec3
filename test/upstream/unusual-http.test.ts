import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { ResponseStreamDecoder } from '../../src/engines/upstream/decoding/response-stream-decoder.ts'
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
afterAll(() => calls.close())

const WHOLE = `${CHUNKED_HEAD}${chunk('all')}${LAST_CHUNK}`
const EARLY = 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\ncontent-type: text/plain\r\n\r\n'
const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n'

const write =
  (text: string | Uint8Array): Hand =>
  (socket) =>
    socket.write(text)

describe.concurrent('an informational answer', () => {
  it.each([
    ['one', EARLY],
    ['many', `${PROCESSING}${EARLY}`.repeat(50)],
  ])('of %s is passed over', async (_, before) => {
    const { upstream, replica } = await calls.open(write(`${before}${WHOLE}`), {
      maxConcurrentRequests: 1,
    })
    for (let round = 0; round < 2; round++) {
      const response = await sendTo(replica)
      expect([response.status, response.isEventStream, response.header('link')]).toEqual([
        200,
        true,
        undefined,
      ])
      expect(String((await readAll(response)).bytes)).toBe('all')
    }
    expect(upstream.sockets).toHaveLength(1)
  })

  it('in a packet of its own is passed over', async () => {
    const { replica } = await calls.open((socket) => {
      socket.write(EARLY)
      setTimeout(() => socket.write(WHOLE), 30)
    })
    expect(String((await readAll(await sendTo(replica))).bytes)).toBe('all')
  })

  it('is no beginning, however often it comes', async () => {
    const hand: Hand = (socket) => {
      const timer = setInterval(() => socket.write(PROCESSING), 20)
      socket.on('close', () => clearInterval(timer))
    }
    const { replica } = await calls.open(hand, { firstByteTimeoutMs: 150, idleTimeoutMs: 50 })
    await expect(sendTo(replica)).rejects.toMatchObject({ kind: 'first-byte-timeout' })
  })

  it.each([
    ['a continuation', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ])('of %s, which nobody asked for, is a lost connection', async (_, head) => {
    const { replica } = await calls.open(write(`${head}${WHOLE}`))
    await expect(sendTo(replica)).rejects.toMatchObject({ kind: 'connection-lost' })
  })
})

describe.concurrent('an answer that breaks the rules', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 'malformed-event'],
    ['headers without an end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}`, 'connection-lost'],
  ])('with %s has not begun', async (_, written, kind) => {
    const { replica } = await calls.open(write(written))
    await expect(sendTo(replica)).rejects.toMatchObject({ kind })
  })

  it.each([
    ['a length that is none', `${CHUNKED_HEAD}${chunk('some')}xyz\r\n`],
    ['a chunk that is longer than it says', `${CHUNKED_HEAD}${chunk('some')}1\r\nxyz\r\n`],
  ])('with %s is read up to there', async (_, written) => {
    const { replica } = await calls.open(write(written))
    const { bytes, error } = await readAll(await sendTo(replica))
    expect(String(bytes)).toMatch(/^some/)
    expect(error).toMatchObject({ kind: 'malformed-event' })
    expect(String(error)).not.toContain('xyz')
  })

  it('by going on behind its end is read to that, and its connection is not used again', async () => {
    const { upstream, replica } = await calls.open(write(`${WHOLE}${WHOLE}`), {
      maxConcurrentRequests: 1,
    })
    for (let round = 1; round <= 3; round++) {
      const { bytes, error } = await readAll(await sendTo(replica))
      expect([String(bytes), error]).toEqual(['all', null])
      // The next request does not meet what is left of this one.
      await delay(20)
    }
    expect(upstream.sockets).toHaveLength(3)
  })
})

describe.concurrent('the text of an answer', () => {
  const textOf = async (body: Uint8Array | string, maxBytes: number) => {
    const head = `HTTP/1.1 500 No\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
    const { replica } = await calls.open(write(Buffer.concat([Buffer.from(head), Buffer.from(body)])))
    const response = await sendTo(replica)
    const text = await response.text(maxBytes)
    response.finish()
    return text
  }

  it.each(['', 'short', 'größe 日本 👩‍🚀', 'x'.repeat(300_000)])(
    'is all of it where it fits',
    async (body) => {
      expect(await textOf(body, Buffer.byteLength(body))).toBe(body)
    },
  )

  it.each(['größe 日本 👩‍🚀'.repeat(40_000), 'x'.repeat(300_000)])(
    'is never longer than it may be',
    async (body) => {
      for (const maxBytes of [0, 1, 1000, 100_000, Buffer.byteLength(body) - 1]) {
        const text = await textOf(body, maxBytes)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxBytes)
        // A character that is cut is left out.
        expect(Buffer.byteLength(text)).toBeGreaterThan(maxBytes - 4)
      }
    },
  )

  it('fails with the connection', async () => {
    const { replica } = await calls.open((socket) =>
      socket.end('HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nx'),
    )
    const response = await sendTo(replica)
    await expect(response.text(100)).rejects.toMatchObject({ kind: 'connection-lost' })
  })
})

describe('StreamedAnswer', () => {
  const reader = { isEndedEarly: false, read: () => [], end: () => [] }
  const endless = { error: expect.objectContaining({ kind: 'endless-response' }) }

  it.each([1, 7, 1000])('takes as many bytes as were asked for and not one more, by %i', (pieceBytes) => {
    const response = new ResponseStreamDecoder(reader, 7_000, 'http://u')
    const piece = Buffer.alloc(pieceBytes, ':')
    for (let bytes = 0; bytes < 7_000; bytes += pieceBytes) expect(response.read(piece).failure).toBeNull()
    expect(response.read(Buffer.from(':')).failure).toEqual(endless)
  })

  it('says that an answer without an end ended too early', () => {
    const response = new ResponseStreamDecoder(reader, 100, 'http://u')
    expect(response.read(null)).toEqual({
      events: [],
      failure: { error: expect.objectContaining({ kind: 'early-end' }) },
    })
  })
})

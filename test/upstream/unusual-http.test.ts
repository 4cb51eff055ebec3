import { afterAll, describe, expect, it } from 'vitest'
import { ResponseStreamDecoder } from '../../src/engines/upstream/decoding/response-stream-decoder.ts'
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
afterAll(() => calls.close())

const EARLY = 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\ncontent-type: text/plain\r\n\r\n'
const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n'

describe.concurrent('informational responses', () => {
  it.each([
    ['one', EARLY],
    ['many', `${PROCESSING}${EARLY}`.repeat(50)],
  ])('are ignored: %s', async (_, before) => {
    const { upstream, replica } = await calls.open(writing(`${before}${WHOLE_RESPONSE}`), {
      maxConcurrentRequests: 1,
    })
    for (let round = 0; round < 2; round++) {
      const response = await sendTo(replica)
      expect([response.status, response.mayBeEventStream, response.header('link')]).toEqual([
        200,
        true,
        undefined,
      ])
      expect(String((await readAll(response)).bytes)).toBe('all')
    }
    expect(upstream.sockets).toHaveLength(1)
  })

  it('are ignored in packets of their own', async () => {
    const { replica } = await calls.open(async (socket) => {
      socket.write(EARLY)
      await eventLoopTurns()
      socket.write(WHOLE_RESPONSE)
    })
    expect(String((await readAll(await sendTo(replica))).bytes)).toBe('all')
  })

  it('do not extend the time to the first byte', async () => {
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
  ])('fail as a lost connection if they are unrequested: %s', async (_, head) => {
    const { replica } = await calls.open(writing(`${head}${WHOLE_RESPONSE}`))
    await expect(sendTo(replica)).rejects.toMatchObject({ kind: 'connection-lost' })
  })
})

describe.concurrent('a malformed response', () => {
  it.each([
    ['text that is no HTTP', 'hello\r\n\r\n', 'malformed-event'],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}`, 'connection-lost'],
  ])('with %s fails', async (_, written, kind) => {
    const { replica } = await calls.open(writing(written))
    await expect(sendTo(replica)).rejects.toMatchObject({ kind })
  })

  it.each([
    ['a malformed chunk length', `${CHUNKED_HEAD}${chunk('some')}xyz\r\n`],
    ['a chunk that exceeds its length', `${CHUNKED_HEAD}${chunk('some')}1\r\nxyz\r\n`],
  ])('with %s is read up to there', async (_, written) => {
    const { replica } = await calls.open(writing(written))
    const { bytes, error } = await readAll(await sendTo(replica))
    expect(String(bytes)).toMatch(/^some/)
    expect(error).toMatchObject({ kind: 'malformed-event' })
    expect(String(error)).not.toContain('xyz')
  })

  it('that continues after its end is read to the end, and its connection is not reused', async () => {
    const { upstream, replica } = await calls.open(writing(`${WHOLE_RESPONSE}${WHOLE_RESPONSE}`), {
      maxConcurrentRequests: 1,
    })
    for (let round = 1; round <= 3; round++) {
      const { bytes, error } = await readAll(await sendTo(replica))
      expect([String(bytes), error]).toEqual(['all', null])
      // The next request does not meet what is left of this one.
      await eventLoopTurns()
    }
    expect(upstream.sockets).toHaveLength(3)
  })
})

describe.concurrent('UpstreamResponse.text', () => {
  const textOf = async (body: Uint8Array | string, maxBytes: number) => {
    const head = `HTTP/1.1 500 No\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`
    const { replica } = await calls.open(writing(Buffer.concat([Buffer.from(head), Buffer.from(body)])))
    const response = await sendTo(replica)
    const text = await response.text(maxBytes)
    response.finish()
    return text
  }

  it.each(['', 'short', 'größe 日本 👩‍🚀', 'x'.repeat(300_000)])(
    'returns the whole body within the limit',
    async (body) => {
      expect(await textOf(body, Buffer.byteLength(body))).toBe(body)
    },
  )

  it.each(['größe 日本 👩‍🚀'.repeat(40_000), 'x'.repeat(300_000)])(
    'never exceeds the limit',
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

describe('ResponseStreamDecoder', () => {
  const reader = { isEndedEarly: false, read: () => [], end: () => [] }
  const endless = { error: expect.objectContaining({ kind: 'endless-response' }) }

  it.each([1, 7, 1000])('reads up to its limit and not one byte more, in pieces of %i', (pieceBytes) => {
    const response = new ResponseStreamDecoder(reader, 7_000, 'http://u')
    const piece = Buffer.alloc(pieceBytes, ':')
    for (let bytes = 0; bytes < 7_000; bytes += pieceBytes) expect(response.read(piece).failure).toBeNull()
    expect(response.read(Buffer.from(':')).failure).toEqual(endless)
  })

  it('reports a response without an end as ended too early', () => {
    const response = new ResponseStreamDecoder(reader, 100, 'http://u')
    expect(response.read(null)).toEqual({
      events: [],
      failure: { error: expect.objectContaining({ kind: 'early-end' }) },
    })
  })
})

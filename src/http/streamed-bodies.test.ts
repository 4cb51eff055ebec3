import { describe, expect, it, onTestFinished } from 'vitest'
import { deferred } from '../../test/deferred.ts'
import { eventLoopTurns } from '../../test/event-loop-turns.ts'
import { type Responder, TRANSPORTS, type Transport } from '../../test/transports.ts'
import type { ApiResponse, BodyChunk, StreamingBody } from './api-response.ts'

const PIECE = new Uint8Array(65_536).fill(0xe9)
const MIB = 1024 * 1024
/** More than sockets, the kernel and streams hold between a client and a server. */
const MOST_BYTES_UNDERWAY = 24 * MIB

/** A body of chunks, which counts those that were asked for. */
class ChunkBody implements StreamingBody {
  readonly preamble = ''
  readonly lengthBytes: number | null
  readonly ended: Promise<void>
  readonly #chunks: Iterator<string | Uint8Array>
  readonly #end: () => void
  madeBytes = 0
  isCancelled = false

  constructor(chunks: Iterable<string | Uint8Array>, lengthBytes: number | null = null) {
    const { promise, resolve } = deferred()
    this.#chunks = chunks[Symbol.iterator]()
    this.lengthBytes = lengthBytes
    this.ended = promise
    this.#end = resolve
  }

  async next(): Promise<BodyChunk> {
    const { done, value } = this.#chunks.next()
    if (done) this.#end()
    else this.madeBytes += value.length
    return { data: done ? '' : value, isLast: done === true }
  }

  async cancel(): Promise<void> {
    this.isCancelled = true
    this.#end()
  }
}

const ok = (body: ApiResponse['body']): ApiResponse => ({ status: 200, headers: {}, body })

function* repeated(times: number): Generator<Uint8Array> {
  for (let index = 0; index < times; index++) yield PIECE
}

/** A body that a client sends piece by piece, as fast as it is taken. */
function uploadOf(times: number, { hangs = false } = {}) {
  const upload = { sentBytes: 0, stream: new ReadableStream<Uint8Array>() }
  const pieces = repeated(times)
  upload.stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = pieces.next()
        if (done) return hangs ? new Promise<void>(() => undefined) : controller.close()
        upload.sentBytes += value.length
        controller.enqueue(value)
      },
    },
    { highWaterMark: 0 },
  )
  return upload
}

const post = (body: BodyOf): RequestInit => ({ method: 'POST', body, duplex: 'half' })
type BodyOf = NonNullable<RequestInit['body']>

describe.each(Object.entries(TRANSPORTS))('%s', (_, open) => {
  async function start(responder: Responder): Promise<Transport> {
    const transport = await open(responder)
    onTestFinished(() => transport.close())
    return transport
  }

  describe('a response body', () => {
    it('may be bytes', async () => {
      const { fetch } = await start(async () => ok(PIECE))
      expect(new Uint8Array(await (await fetch('/')).arrayBuffer())).toEqual(PIECE)
    })

    it('may be text beyond ASCII', async () => {
      const { fetch } = await start(async () => ok('日本 😀'))
      expect(await (await fetch('/')).text()).toBe('日本 😀')
    })

    it.each([null, 3 * PIECE.length + 3])(
      'may be streamed in bytes and text, with the length %s',
      async (length) => {
        const body = new ChunkBody([PIECE, 'abc', PIECE, PIECE], length)
        const { fetch } = await start(async () => ok(body))
        const response = await fetch('/')
        expect(response.headers.get('content-length')).toBe(length === null ? null : String(length))
        const bytes = Buffer.from(await response.arrayBuffer())
        expect(bytes.equals(Buffer.concat([PIECE, Buffer.from('abc'), PIECE, PIECE]))).toBe(true)
        await body.ended
        expect(body.isCancelled).toBe(false)
      },
    )

    it('is made no faster than it is read, and cancelled when its reader stops', async () => {
      const body = new ChunkBody(repeated(Number.POSITIVE_INFINITY))
      const { fetch } = await start(async () => ok(body))
      const reader = (await fetch('/')).body?.getReader()
      let readBytes = 0
      while (readBytes < 48 * MIB) {
        await eventLoopTurns(2)
        readBytes += (await reader?.read())?.value?.length ?? 0
        expect(body.madeBytes - readBytes).toBeLessThan(MOST_BYTES_UNDERWAY)
      }
      await reader?.cancel()
      await body.ended
      expect(body.isCancelled).toBe(true)
    })
  })

  describe('a request body', () => {
    it('is sent no faster than it is taken', async () => {
      const upload = uploadOf(768)
      let takenBytes = 0
      let piecesBeingTaken = 0
      const most = { bytesUnderway: 0, piecesBeingTaken: 0 }
      const { fetch } = await start(async (request) => {
        await request.readBody(async (piece) => {
          piecesBeingTaken += 1
          most.piecesBeingTaken = Math.max(most.piecesBeingTaken, piecesBeingTaken)
          most.bytesUnderway = Math.max(most.bytesUnderway, upload.sentBytes - takenBytes)
          await eventLoopTurns(2)
          takenBytes += piece.length
          piecesBeingTaken -= 1
        })
        return ok(String(takenBytes))
      })
      const response = await fetch('/', post(upload.stream))
      expect(await response.text()).toBe(String(768 * PIECE.length))
      expect(most.piecesBeingTaken).toBe(1)
      expect(most.bytesUnderway).toBeLessThan(MOST_BYTES_UNDERWAY)
    })

    it('is over only when its last piece is taken', async () => {
      const taken = deferred()
      const steps: string[] = []
      const { fetch } = await start(async (request) => {
        await request.readBody(async () => {
          await taken.promise
          steps.push('taken')
        })
        steps.push('over')
        return ok(null)
      })
      const response = fetch('/', post('short'))
      setImmediate(taken.resolve)
      await response
      expect(steps).toEqual(['taken', 'over'])
    })

    it.each(['at once', 'after a wait'])('ends with what its taker throws %s', async (when) => {
      const { fetch } = await start(async (request) => {
        const refuse = () => {
          throw new Error('no room')
        }
        const reading = request.readBody(when === 'at once' ? refuse : async () => refuse())
        return ok(
          await reading.then(
            () => 'taken',
            (error: Error) => error.message,
          ),
        )
      })
      expect(await (await fetch('/', post('short'))).text()).toBe('no room')
      expect(await (await fetch('/', post(PIECE))).text()).toBe('no room')
    })

    it.each(['while a piece is being taken', 'while no piece comes'])(
      'fails when the client disconnects %s',
      async (when) => {
        const begun = deferred()
        const disconnected = deferred()
        const { promise: failed, resolve: fail } = deferred()
        const { fetch } = await start(async (request) => {
          const reading = request.readBody(async () => {
            begun.resolve()
            if (when === 'while a piece is being taken') await disconnected.promise
          })
          await reading.catch(fail)
          return ok(null)
        })
        const controller = new AbortController()
        const { signal } = controller
        const response = fetch('/', { ...post(uploadOf(2, { hangs: true }).stream), signal })
        response.catch(() => undefined)
        await begun.promise
        controller.abort()
        disconnected.resolve()
        await failed
      },
    )
  })
})

describe('over a port', () => {
  it('breaks off a body that does not have the length that it declared', async () => {
    const transport = await TRANSPORTS['over a port']?.(async () => ok(new ChunkBody(['abc'], 4)))
    onTestFinished(() => transport?.close())
    await expect(transport?.fetch('/').then((response) => response.text())).rejects.toThrow()
  })
})

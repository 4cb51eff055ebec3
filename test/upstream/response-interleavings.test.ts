import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UpstreamResponse } from '../../src/engines/upstream/transport/upstream-response.ts'
import { chunk, HandwrittenUpstreams, LAST_CHUNK, sendTo, streamHead } from '../handwritten-upstream.ts'

const calls = new HandwrittenUpstreams()

/** More than twice the bytes that pause a connection. */
const MAX_BODY_BYTES = 150_000
const BODY = Buffer.from(
  Uint32Array.from({ length: MAX_BODY_BYTES / 4 }, (_, index) => index * 2_654_435_761).buffer,
)

/** The actions of an upstream and a reader, in turns of the event loop. */
const schedule = fc.record({
  framing: fc.constantFrom('chunks', 'length', 'close'),
  sendsClose: fc.boolean(),
  bodyBytes: fc.oneof(fc.nat(MAX_BODY_BYTES), fc.constantFrom(0, 65_535, 65_536, 65_537, 131_072)),
  pieceBytes: fc.constantFrom(1_000, 16_384, 65_536, 131_072),
  /** The share of the bytes that is sent. */
  sentShare: fc.oneof(fc.constant(1), fc.double({ min: 0.5, max: 1, noNaN: true })),
  ending: fc.constantFrom('stays', 'closes', 'resets'),
  writerTurns: fc.array(fc.nat(3), { minLength: 1, maxLength: 5 }),
  readerTurns: fc.array(fc.constantFrom(0, 1, 5, 100), { minLength: 1, maxLength: 5 }),
})
type Schedule = typeof schedule extends fc.Arbitrary<infer Value> ? Value : never

/** All bytes on the wire, with the head. */
function wireOf({ framing, sendsClose, bodyBytes, pieceBytes }: Schedule): Buffer {
  const body = BODY.subarray(0, bodyBytes)
  const close = sendsClose ? ['connection: close'] : []
  if (framing === 'close') return Buffer.concat([Buffer.from(streamHead(...close)), body])
  if (framing === 'length') {
    return Buffer.concat([Buffer.from(streamHead(...close, `content-length: ${bodyBytes}`)), body])
  }
  const pieces: Uint8Array[] = [Buffer.from(streamHead(...close, 'transfer-encoding: chunked'))]
  for (let from = 0; from < bodyBytes; from += pieceBytes) {
    pieces.push(chunk(body.subarray(from, from + pieceBytes)))
  }
  return Buffer.concat([...pieces, Buffer.from(LAST_CHUNK)])
}

/** The part of that which is sent. */
function sentOf(chosen: Schedule): Buffer {
  const wire = wireOf(chosen)
  return wire.subarray(0, Math.ceil(wire.length * chosen.sentShare))
}

async function wait(turns: readonly number[], step: number): Promise<void> {
  for (let turn = turns[step % turns.length] ?? 0; turn > 0; turn--) await nextTurn()
}

async function play(socket: Socket, played: Schedule): Promise<void> {
  const sent = sentOf(played)
  for (let [from, step] = [0, 0]; from < sent.length; from += played.pieceBytes, step++) {
    socket.write(sent.subarray(from, from + played.pieceBytes))
    await wait(played.writerTurns, step)
  }
  if (played.ending === 'resets') socket.resetAndDestroy()
  // Silence in the middle is tested elsewhere.
  else if (played.ending === 'closes' || played.framing === 'close' || played.sentShare < 1) socket.end()
}

/** All that is read at a reader's own speed. */
async function readSlowly(response: UpstreamResponse, turns: readonly number[]) {
  const pieces: Uint8Array[] = []
  let error: unknown = null
  try {
    for (let piece = await response.read(); piece !== null; piece = await response.read()) {
      pieces.push(piece)
      await wait(turns, pieces.length)
    }
  } catch (failure) {
    error = failure
  }
  return { bytes: Buffer.concat(pieces), error }
}

describe('UpstreamResponse, in any order of events', () => {
  it('delivers every byte that was sent, and the right end', async () => {
    await fc.assert(
      fc
        .asyncProperty(schedule, async (chosen) => {
          // One of its own: a connection that is used again may be closed just then.
          const { replica } = await calls.open((socket) => play(socket, chosen))
          const response = await sendTo(replica).catch((error: unknown) => error)
          // Before its headers were read.
          if (response instanceof Error) return expectLost(response, isCut(chosen))
          const { bytes, error } = await readSlowly(response as UpstreamResponse, chosen.readerTurns)
          expect(bytes.equals(BODY.subarray(0, bytes.length))).toBe(true)
          if (chosen.ending !== 'resets' && chosen.framing !== 'chunks') {
            expect(bytes.length).toBe(sentOf(chosen).length - (wireOf(chosen).length - chosen.bodyBytes))
          }
          if (error !== null) return expectLost(error, isCut(chosen))
          // A body that ends with its connection is whole wherever that is.
          if (chosen.framing !== 'close' || !isCut(chosen)) expect(bytes.length).toBe(chosen.bodyBytes)
        })
        .afterEach(() => calls.close()),
      { numRuns: 60 },
    )
  })
})

/** Whether not all of it may arrive: a reset destroys what is on its way. */
function isCut({ sentShare, ending }: Schedule): boolean {
  return sentShare < 1 || ending === 'resets'
}

function expectLost(error: unknown, mayBeLost: boolean): void {
  expect([error, mayBeLost]).toEqual([expect.objectContaining({ kind: 'connection-lost' }), true])
}

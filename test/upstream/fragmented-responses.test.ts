import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompletionEvent } from '../../src/completion/completion-event.ts'
import type { UpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts'
import { flatEvents } from '../flat-events.ts'
import { CHUNKED_HEAD, chunk, HandwrittenUpstream, LAST_CHUNK, streamHead } from '../handwritten-upstream.ts'
import { dataEvents } from '../scripted-upstream.ts'
import { summaryOf, upstreamRequest } from '../upstream-histories.ts'
import { openEngineAt } from './open-upstream.ts'

/** Concurrent requests. */
const CONCURRENCY = 16
const WHOLE = { text: ' é日本👩‍🚀', completionTokens: 2, end: 'end-of-generation' }
const BODY = Buffer.from(
  dataEvents(
    ...[' é日本', '👩‍🚀'].map((text) => ({ choices: [{ text }] })),
    { choices: [{ text: '', finish_reason: 'stop' }] },
    '[DONE]',
  ).join(': hi\r\n\r\n'),
)

interface Wire {
  readonly bytes: Buffer
  readonly endsConnection: boolean
}

/** A response on the wire, by the way its body ends. */
const WIRES: Readonly<Record<string, Wire>> = {
  'that ends with its connection': {
    bytes: Buffer.concat([Buffer.from(streamHead()), BODY]),
    endsConnection: true,
  },
  'of a known length': {
    bytes: Buffer.concat([Buffer.from(streamHead(`content-length: ${BODY.length}`)), BODY]),
    endsConnection: false,
  },
  'of chunks': { bytes: inChunks(50), endsConnection: false },
}

/** Chunks of this many bytes, which end in the middle of characters and events. */
function inChunks(chunkBytes: number): Buffer {
  const chunks: Buffer[] = []
  for (let from = 0; from < BODY.length; from += chunkBytes) {
    chunks.push(chunk(BODY.subarray(from, from + chunkBytes)))
  }
  return Buffer.concat([Buffer.from(CHUNKED_HEAD), ...chunks, Buffer.from(LAST_CHUNK)])
}

async function writeCut(socket: Socket, { bytes, endsConnection }: Wire, cuts: readonly number[]) {
  let from = 0
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    socket.write(bytes.subarray(from, cut))
    from = cut
    // So that each piece is read by itself.
    await nextTurn()
    await nextTurn()
  }
  if (endsConnection) socket.end()
}

/** An engine in front of an upstream that cuts each response at the next of these places. */
async function openCut(
  wire: Wire,
  cutsOf: (requestIndex: number) => readonly number[],
): Promise<UpstreamEngine> {
  const upstream = await HandwrittenUpstream.start((socket, index) => writeCut(socket, wire, cutsOf(index)))
  return openEngineAt(upstream, {
    kind: 'openai-completions',
    maxConcurrentRequests: CONCURRENCY,
    maxRetries: 0,
  })
}

async function expectWhole(engine: UpstreamEngine): Promise<void> {
  const events: CompletionEvent[] = []
  for await (const event of flatEvents(engine.generate(upstreamRequest(), new AbortController().signal)))
    events.push(event)
  expect(summaryOf(events)).toMatchObject(WHOLE)
}

describe('a fragmented response', () => {
  it.each(Object.entries(WIRES))('%s is decoded the same with a cut at every byte', async (_, wire) => {
    const engine = await openCut(wire, (index) => [index + 1])
    let asked = 0
    const askRest = async () => {
      while (asked++ < wire.bytes.length - 1) await expectWhole(engine)
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, askRest))
  })

  it.each(Object.entries(WIRES))('%s is decoded the same with cuts anywhere', async (_, wire) => {
    let places: readonly number[] = []
    const engine = await openCut(wire, () => places)
    const cuts = fc.array(fc.nat(wire.bytes.length), { maxLength: 16 })
    await fc.assert(
      fc.asyncProperty(cuts, async (chosen) => {
        places = chosen
        await expectWhole(engine)
      }),
      { numRuns: 40 },
    )
  })

  it('is decoded the same in chunks of any size', async () => {
    for (let chunkBytes = 1; chunkBytes < 32; chunkBytes += 5) {
      await expectWhole(await openCut({ bytes: inChunks(chunkBytes), endsConnection: false }, () => []))
    }
  })
})

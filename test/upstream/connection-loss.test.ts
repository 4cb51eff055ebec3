import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { CompletionEvent } from '../../src/completion/completion-event.ts'
import type { UpstreamFailureKind } from '../../src/engines/upstream/transport/upstream-failure.ts'
import { UpstreamEngine } from '../../src/engines/upstream/upstream-engine.ts'
import { flatEvents } from '../flat-events.ts'
import {
  CHUNKED_HEAD,
  chunk,
  HandwrittenUpstream,
  HandwrittenUpstreams,
  sendTo,
  streamHead,
} from '../handwritten-upstream.ts'
import { dataEvents } from '../scripted-upstream.ts'
import { summaryOf, upstreamRequest } from '../upstream-histories.ts'
import { upstreamSettings } from '../upstream-settings.ts'

type End = (socket: Socket) => unknown

const calls = new HandwrittenUpstreams()
afterEach(() => calls.close())

const CLOSES = 'connection: close'
const CHUNKED = 'transfer-encoding: chunked'
const LENGTH = 'content-length: 100'

/** Reads all that was written before the upstream dies, because a reset may destroy bytes in transit. */
async function failureAfter(written: string, expected: string, end: End): Promise<unknown> {
  const { upstream, replica } = await calls.open((socket) => socket.write(written))
  const response = await sendTo(replica)
  let text = ''
  while (text.length < expected.length) text += String(await response.read())
  expect(text).toBe(expected)
  for (const socket of upstream.openSockets) end(socket)
  return response.read()
}

/** The events of an engine whose upstream dies when it has written this and all of it was read. */
async function eventsBefore(
  written: string,
  kinds: UpstreamFailureKind[],
  end: End,
): Promise<CompletionEvent[]> {
  const upstream = await HandwrittenUpstream.start((socket) => socket.write(written))
  const settings = { kind: 'openai-completions', baseUrls: [upstream.url], model: 'm' } as const
  const onFailure = (_: string, kind: UpstreamFailureKind) => void kinds.push(kind)
  const engine = new UpstreamEngine(upstreamSettings({ ...settings }), { onFailure })
  const events: CompletionEvent[] = []
  try {
    for await (const event of flatEvents(engine.generate(upstreamRequest(), new AbortController().signal))) {
      events.push(event)
      if (event.type === 'text-delta') for (const socket of upstream.openSockets) end(socket)
    }
  } finally {
    await engine.close()
    await upstream.close()
  }
  return events
}

describe.each<[string, End]>([
  ['closes', (socket) => socket.end()],
  ['resets', (socket) => socket.resetAndDestroy()],
])('an upstream that %s its connection', (_, end) => {
  it.each([
    ['before the headers', ''],
    ['in the middle of the headers', 'HTTP/1.1 200 OK\r\ncontent-ty'],
    ['after informational headers', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('%s fails as a lost connection', async (_, written) => {
    const { replica } = await calls.open((socket) => socket.write(written, () => end(socket)))
    await expect(sendTo(replica)).rejects.toMatchObject({ kind: 'connection-lost' })
  })

  it.each<[string, string, string]>([
    ['after the headers', CHUNKED_HEAD, ''],
    ['after the headers, with a length', streamHead(LENGTH), ''],
    ['after the headers, with a length, as announced', streamHead(CLOSES, LENGTH), ''],
    ['in the middle of a chunk', `${CHUNKED_HEAD}ff\r\nhalf`, 'half'],
    ['in the middle of a chunk, as announced', `${streamHead(CLOSES, CHUNKED)}ff\r\nhalf`, 'half'],
    ["in the middle of a chunk's length", `${CHUNKED_HEAD}${chunk('said')}1`, 'said'],
    ['before the last chunk', `${CHUNKED_HEAD}${chunk('all of it')}`, 'all of it'],
    ['before all bytes of a known length', `${streamHead(LENGTH)}some`, 'some'],
    ['before all bytes of a known length, as announced', `${streamHead(CLOSES, LENGTH)}some`, 'some'],
  ])('%s has its bytes read up to there', async (_, written, expected) => {
    await expect(failureAfter(written, expected, end)).rejects.toMatchObject({ kind: 'connection-lost' })
  })

  const text = dataEvents({ choices: [{ text: ' Hi' }] }).join('')
  const rest = dataEvents({ choices: [{ text: ' you', finish_reason: 'stop' }] }).join('')

  it.each([
    ['after an event', text],
    ['in the middle of an event', `${text}data: {"choices": [{"text": " y`],
    ['in the middle of a character', `${text}data: ${Buffer.from('é').toString('latin1').slice(0, 1)}`],
  ])('%s has its texts yielded before the failure', async (_, expected) => {
    const [kinds, written] = [[] as UpstreamFailureKind[], `${CHUNKED_HEAD}${chunk(expected)}`]
    await expect(eventsBefore(written, kinds, end)).rejects.toMatchObject({
      message: 'The connection to the upstream engine was lost.',
    })
    expect(kinds).toEqual(['connection-lost'])
  })

  it('after its closing event, but before the last chunk, has completed', async () => {
    const expected = chunk(`${text}${rest}data: [DONE]\n\n`)
    const events = await eventsBefore(`${CHUNKED_HEAD}${expected}`, [], end)
    expect(summaryOf(events)).toMatchObject({ text: ' Hi you', end: 'end-of-generation' })
  })

  it('to end its body has completed if it sent a stop reason', async () => {
    const events = await eventsBefore(`${streamHead()}${text}${rest}`, [], end)
    expect(summaryOf(events)).toMatchObject({ text: ' Hi you', end: 'end-of-generation' })
  })

  it('to end its body without a stop reason has ended too early', async () => {
    const kinds: UpstreamFailureKind[] = []
    await expect(eventsBefore(`${streamHead()}${text}`, kinds, end)).rejects.toThrow('too early')
    expect(kinds).toEqual(['early-end'])
  })
})

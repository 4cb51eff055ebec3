import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UpstreamFailure } from '../transport/upstream-failure.ts'
import {
  MAX_EVENT_CHARACTERS,
  type ServerSentEvent,
  ServerSentEventReader,
} from './server-sent-event-reader.ts'

function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  let from = 0
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    const to = Math.min(cut, bytes.length)
    yield bytes.subarray(from, to)
    from = to
  }
}

function read(text: string, cuts: readonly number[] = []): ServerSentEvent[] {
  const reader = new ServerSentEventReader()
  const events: ServerSentEvent[] = []
  for (const chunk of chunksOf(new TextEncoder().encode(text), cuts)) {
    events.push(...reader.push(chunk))
    reader.requireBounds()
  }
  return events
}

describe('ServerSentEventReader', () => {
  it.each([
    ['line feeds', 'event: a\ndata: 1\n\ndata: 2\n\n'],
    ['carriage returns and line feeds', 'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n'],
    [
      'a byte order mark, comments and unknown fields',
      '\ufeff: hi\nevent: a\nfoo: x\ndata:1\n\n: still\ndata: 2\n\n',
    ],
    ['an end in the middle of an event', 'event: a\ndata: 1\n\ndata: 2\n\ndata: {"never'],
  ])('reads %s', (_, text) => {
    expect(read(text)).toEqual([
      { name: 'a', data: '1' },
      { name: null, data: '2' },
    ])
  })

  it('takes a byte order mark away at the beginning alone, wherever bytes are cut', () => {
    const text = '\ufeffdata: 1\n\ndata: \ufeff2\n\n\ufeffdata: 3\n\n'
    const bytes = new TextEncoder().encode(text).length
    const expected = [
      { name: null, data: '1' },
      { name: null, data: '\ufeff2' },
    ]
    for (let cut = 0; cut <= bytes; cut++) expect(read(text, [cut])).toEqual(expected)
  })

  it('joins lines of data', () => {
    expect(read('data: a\ndata: b\n\n')).toEqual([{ name: null, data: 'a\nb' }])
  })

  it('reads the same however the bytes are cut', () => {
    const text = 'event: größe\r\ndata: 👩‍🚀\ndata: 日本\n\n: c\r\n\r\ndata: x\n\n'
    const expected = read(text)
    const cuts = fc.array(fc.nat(new TextEncoder().encode(text).length), { maxLength: 12 })
    fc.assert(
      fc.property(cuts, (places) => {
        expect(read(text, places)).toEqual(expected)
      }),
    )
  })

  it.each([
    ['a line', 'x'.repeat(MAX_EVENT_CHARACTERS + 1)],
    ['an event', 'data: 0123456789\n'.repeat(MAX_EVENT_CHARACTERS / 10 + 1)],
  ])('does not gather %s without an end', (_, text) => {
    expect(() => read(`data: ${text}`)).toThrow(UpstreamFailure)
  })
})

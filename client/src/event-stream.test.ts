import { describe, expect, test } from 'vitest'
import { APIError } from './api-error.ts'
import { APIConnectionError } from './connection-errors.ts'
import { type DecodedEvent, EventStream } from './event-stream.ts'
import type { ServerSentEvent } from './server-sent-event-parser.ts'

/** The stream of a response whose items are the data of `item` events; `last` is the last of them. */
function streamOf(body: string): EventStream<string> {
  const unread = {
    response: new Response(body, { headers: { 'content-type': 'text/event-stream', 'request-id': 'req_1' } }),
    controller: new AbortController(),
    idleTimeoutMs: 1_000,
    release: () => undefined,
  }
  return new EventStream(unread, ({ event, data }: ServerSentEvent): DecodedEvent<string> => {
    if (event !== 'item') return 'ignored'
    return data === 'wrong' ? { problem: 'Not an item.' } : { item: data, isLast: data === 'last' }
  })
}

async function read(body: string): Promise<{ items: string[]; failure: unknown }> {
  const items: string[] = []
  try {
    for await (const item of streamOf(body)) items.push(item)
  } catch (failure) {
    return { items, failure }
  }
  return { items, failure: undefined }
}

describe('EventStream', () => {
  test('yields the items that its decoder reads, up to the last', async () => {
    const body =
      'event: item\ndata: a\n\nevent: ping\ndata: {}\n\nevent: item\ndata: last\n\nevent: item\ndata: b\n\n'
    expect(await read(body)).toEqual({ items: ['a', 'last'], failure: undefined })
  })

  test('throws what its decoder finds wrong with an event', async () => {
    const { items, failure } = await read('event: item\ndata: a\n\nevent: item\ndata: wrong\n\n')
    expect(items).toEqual(['a'])
    expect(failure).toBeInstanceOf(APIError)
    expect(failure).toMatchObject({ message: 'Not an item.', requestID: 'req_1', error: 'wrong' })
  })

  test('takes a wrong event without its blank line for one that was cut off', async () => {
    const { failure } = await read('event: item\ndata: wrong')
    expect(failure).toBeInstanceOf(APIConnectionError)
  })

  test('throws when the body ends without a last item', async () => {
    const { items, failure } = await read('event: item\ndata: a\n\n')
    expect(items).toEqual(['a'])
    expect(failure).toBeInstanceOf(APIConnectionError)
  })
})

import { brotliCompressSync, constants, createGzip, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { collectCompletion } from '../../src/completion/collected-completion.ts'
import type { CompletionEvent } from '../../src/completion/completion-event.ts'
import type { UpstreamKind } from '../../src/engines/upstream/dialects/dialects.ts'
import { flatEvents } from '../flat-events.ts'
import { dataEvents, type UpstreamScript } from '../scripted-upstream.ts'
import { upstreamConversation } from '../upstream-histories.ts'
import { openEngine } from './open-upstream.ts'

const chunk = (content: string, finish: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
})
const EVENTS = dataEvents(chunk('Hel'), chunk('lo'), chunk('', 'stop'), '[DONE]').join('')
const WHOLE_CHAT = {
  choices: [{ message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 3 },
}
const WHOLE_CLAUDE = {
  type: 'message',
  content: [{ type: 'text', text: 'Hello' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 9, output_tokens: 3 },
}
const WHOLE_TEXT = { choices: [{ text: 'Hello', finish_reason: 'stop' }] }

async function read(script: UpstreamScript, kind: UpstreamKind = 'openai-chat') {
  const { engine, upstream } = await openEngine(script, { kind })
  const events: CompletionEvent[] = []
  const request = upstreamConversation()
  for await (const event of flatEvents(engine.generate(request, new AbortController().signal)))
    events.push(event)
  const { parts, end, promptTokens } = collectCompletion(events)
  return { parts, stopReason: end?.stopReason, promptTokens, upstream }
}

const HELLO = { parts: [{ type: 'text', text: 'Hello' }], stopReason: 'end-of-generation' }

describe('the body of a response', () => {
  it.each([
    ['gzip', gzipSync(EVENTS)],
    ['x-gzip', gzipSync(EVENTS)],
    ['GZIP', gzipSync(EVENTS)],
    ['br', brotliCompressSync(EVENTS)],
    ['deflate', deflateSync(EVENTS)],
    ['identity', EVENTS],
    // No gzip at all.
    ['gzip', EVENTS],
  ])('is read in the coding %s', async (coding, body) => {
    const got = await read({ headers: { 'content-encoding': coding }, steps: [body] })
    expect(got).toMatchObject(HELLO)
    expect(got.upstream.requests[0]?.headers['accept-encoding']).toBe('identity')
  })

  it('is read in a coding as it arrives', async () => {
    const gzip = createGzip()
    const pieces: Buffer[] = []
    for (const event of EVENTS.split(/(?<=\n\n)/)) {
      gzip.write(event)
      await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, resolve))
      for (let piece = gzip.read(); piece !== null; piece = gzip.read()) pieces.push(piece)
    }
    // The end of the coding never comes, that of the response does.
    expect(
      await read({ headers: { 'content-encoding': 'gzip' }, steps: [...pieces, 'stall'] }),
    ).toMatchObject(HELLO)
  })

  it.each([
    ['an unknown coding', { 'content-encoding': 'zip' }, EVENTS],
    ['a broken coding', { 'content-encoding': 'br' }, 'data: {"choices":[]}\n\n'],
    ['a coding that is cut', { 'content-encoding': 'gzip' }, gzipSync(EVENTS).subarray(0, 20)],
    ['a page', { 'content-type': 'text/html' }, '<h1>Welcome</h1>'],
    ['no content', {}, ''],
  ])('fails with %s', async (_, headers, body) => {
    await expect(read({ headers, steps: [body] })).rejects.toMatchObject({ code: 'engine-failed' })
  })

  it('reports what was refused in a coding', async () => {
    const body = gzipSync(JSON.stringify({ error: { message: 'top_k: no' } }))
    const script = { status: 400, headers: { 'content-encoding': 'gzip' }, steps: [body] }
    await expect(read(script)).rejects.toMatchObject({ code: 'invalid-request', message: 'top_k: no' })
  })

  it('may expand no further than a response may be long', async () => {
    const body = gzipSync(`: ${'x'.repeat(40_000_000)}\n\n${EVENTS}`)
    const script = { headers: { 'content-encoding': 'gzip' }, steps: [body] }
    await expect(read(script)).rejects.toMatchObject({ code: 'engine-failed' })
  })

  it.each(['application/json', 'text/plain; charset=utf-8', 'application/octet-stream', ''])(
    'is read as events that are called %j',
    async (type) => {
      expect(await read({ headers: { 'content-type': type }, steps: [EVENTS] })).toMatchObject(HELLO)
    },
  )

  it.each<[UpstreamKind, object]>([
    ['openai-chat', WHOLE_CHAT],
    ['claude-messages', WHOLE_CLAUDE],
    ['openai-completions', WHOLE_TEXT],
  ])('of %s may be JSON in place of events', async (kind, whole) => {
    for (const type of ['application/json', 'text/event-stream']) {
      const body = ` \n${JSON.stringify(whole, null, 1)}\n`
      const script = { headers: { 'content-type': type }, steps: [body.slice(0, 9), body.slice(9)] }
      expect(await read(script, kind)).toMatchObject(HELLO)
    }
  })

  it('may be JSON on each line', async () => {
    const lines = [chunk('Hel'), chunk('lo'), chunk('', 'stop')].map((one) => `${JSON.stringify(one)}\n`)
    expect(await read({ headers: { 'content-type': 'application/x-ndjson' }, steps: lines })).toMatchObject(
      HELLO,
    )
  })

  it('may be an error in JSON', async () => {
    const body = JSON.stringify({ error: { message: 'Overloaded', type: 'overloaded_error' } })
    await expect(read({ steps: [body] })).rejects.toMatchObject({ code: 'overloaded' })
  })

  it.each([
    ['one line end', EVENTS.replace(/data: \[DONE\]\n\n$/, '').slice(0, -1)],
    ['none', EVENTS.replace(/data: \[DONE\]\n\n$/, '').slice(0, -2)],
    ['none after the closing event', EVENTS.slice(0, -2)],
  ])('may end with %s', async (_, body) => {
    expect(await read({ steps: [body] })).toMatchObject(HELLO)
  })

  it('may have events without data', async () => {
    const body = EVENTS.replaceAll('data: {', 'data:\n\nevent: ping\ndata: \n\ndata: {')
    expect(await read({ steps: [body] })).toMatchObject(HELLO)
  })
})

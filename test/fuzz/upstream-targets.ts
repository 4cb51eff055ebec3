import fc from 'fast-check'
import { ResponseStreamDecoder } from '../../src/engines/upstream/decoding/response-stream-decoder.ts'
import { dialectOf, type UpstreamKind } from '../../src/engines/upstream/dialects/dialects.ts'
import { secretRedactor } from '../../src/engines/upstream/transport/redact-secrets.ts'
import { UpstreamFailure } from '../../src/engines/upstream/transport/upstream-failure.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { expectThat } from '../routes/expect-that.ts'
import { upstreamHistory, upstreamRequest } from '../upstream-histories.ts'
import { responseEvents } from '../upstream-model.ts'
import { upstreamSettings } from '../upstream-settings.ts'
import { checkFuzzedResponse } from './check-fuzzed-response.ts'
import { byteEdits, cuts, editBytes, piecesOf } from './edit-bytes.ts'
import { editTree, type TreeEdit, treeEdits } from './edit-tree.ts'
import type { FuzzTarget } from './fuzz-target.ts'

/** Streams as servers sent them, changed, before the reader of their dialect. */
export const EVENT_TARGET: FuzzTarget = {
  name: 'events of upstreams',
  share: 12,
  workers: 1,
  property: () =>
    fc.asyncProperty(
      fc.record({ stream: changedStream(), edits: fc.option(byteEdits(EVENT_SNIPPETS)), cuts }),
      async ({ stream: { kind, text }, edits, cuts: places }) => {
        const bytes = editBytes(Buffer.from(text), edits ?? [])
        await readLikeAnEngine(kind, piecesOf(bytes, places))
      },
    ),
}

/** The same with headers and all, as bytes on a socket, through the whole server. */
export const UPSTREAM_TARGET: FuzzTarget = {
  name: 'answers of upstreams',
  share: 3,
  workers: 6,
  property: ({ http, keep, rawUpstream }) =>
    fc.asyncProperty(
      fc.record({
        stream: changedStream(),
        framing: fc.constantFrom(...FRAMINGS),
        edits: fc.option(byteEdits([...EVENT_SNIPPETS, ...HTTP_SNIPPETS])),
        cuts,
        pauseMs: fc.constantFrom(0, 1, 20),
        ending: fc.constantFrom('close', 'reset', 'stay'),
        isWhole: fc.boolean(),
        route: fc.constantFrom(...COMPLETING_ROUTES.filter(({ takesTurns }) => takesTurns)),
      }),
      async ({ stream: { kind, text }, framing, edits, cuts: places, pauseMs, ending, isWhole, route }) => {
        const bytes = editBytes(framing(Buffer.from(text)), edits ?? [])
        const script = { pieces: piecesOf(bytes, places), pauseMs, ending }
        await rawUpstream.play(script, async (promptText) => {
          const question = { text: promptText, modelId: FUZZED_MODELS[kind], maxTokens: 20, temperature: 1 }
          const body = JSON.stringify(route.body(question, !isWhole))
          const response = await http.send({ method: 'POST', path: route.path, headers: route.headers, body })
          keep(response, true)
          checkFuzzedResponse(route, response, true)
        })
      },
    ),
}

/** The engines that speak to the raw upstream, by their dialect. */
export const FUZZED_MODELS: Record<UpstreamKind, string> = {
  'openai-completions': 'fuzzed-text',
  'openai-chat': 'fuzzed-chat',
  'claude-messages': 'fuzzed-claude',
}

const HISTORIES: readonly (readonly [UpstreamKind, string])[] = [
  ...['llama-server', 'ollama', 'sglang', 'vllm'].flatMap((server): (readonly [UpstreamKind, string])[] => [
    ['openai-chat', `${server}-chat`],
    ['openai-completions', `${server}-completions`],
  ]),
  ['claude-messages', 'claude-messages'],
  ['claude-messages', 'claude-stop-sequence'],
]
const KINDS: readonly UpstreamKind[] = ['openai-completions', 'openai-chat', 'claude-messages']

interface Stream {
  readonly kind: UpstreamKind
  readonly text: string
}

/** A recorded or generated response, with events changed, omitted, repeated and moved. */
function changedStream(): fc.Arbitrary<Stream> {
  const starts = [
    ...HISTORIES.map(([kind, name]) => ({ kind, text: upstreamHistory(name).toString('utf8') })),
    ...KINDS.map((kind) => ({
      kind,
      text: responseEvents(kind, [' One', ' two', ' thrée'], false).join(''),
    })),
  ]
  return fc
    .record({
      start: fc.constantFrom(...starts),
      changes: fc.array(
        fc.record({
          at: fc.nat({ max: 100 }),
          type: fc.constantFrom('edit', 'edit', 'remove', 'repeat', 'move'),
          edits: treeEdits,
        }),
        { maxLength: 3, size: 'max' },
      ),
      lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
    })
    .map(({ start: { kind, text }, changes, lineEnd }) => {
      const events = text.split('\n\n').filter((event) => event.trim() !== '')
      for (const change of changes) changeEvents(events, change)
      return {
        kind,
        text: events
          .map((event) => `${event}\n\n`)
          .join('')
          .replaceAll('\n', lineEnd),
      }
    })
}

interface EventChange {
  readonly at: number
  readonly type: 'edit' | 'remove' | 'repeat' | 'move'
  readonly edits: readonly TreeEdit[]
}

function changeEvents(events: string[], { at, type, edits }: EventChange): void {
  const index = at % Math.max(1, events.length)
  const event = events[index] ?? ''
  if (type === 'remove') events.splice(index, 1)
  if (type === 'repeat') events.splice(index, 0, event)
  if (type === 'move') events.push(...events.splice(index, 1))
  if (type === 'edit') events[index] = event.replace(/\{.*\}/, (json) => JSON.stringify(edited(json, edits)))
}

function edited(json: string, edits: readonly TreeEdit[]): unknown {
  try {
    return editTree(JSON.parse(json), edits)
  } catch {
    // Of an earlier change.
    return json
  }
}

const EVENT_SNIPPETS: readonly (string | Uint8Array)[] = [
  '\n',
  '\r',
  '\n\n',
  ': comment\n',
  'event: error\n',
  'event: message_stop\n',
  'data: [DONE]\n\n',
  'data: {}\n\n',
  'data: null\n\n',
  'data:\n\n',
  'data: {"error":{"message":"m"}}\n\n',
  'data: {"type":"error","error":{"type":"overloaded_error","message":"m"}}\n\n',
  'id: 1\n',
  'retry: 0\n',
  'data',
  '\ufeff',
  '\u2028',
  '\u0000',
  '{',
  '}',
  '"',
  'x'.repeat(3_000),
  new Uint8Array([0xff]),
  new Uint8Array([0xf0, 0x9f]),
  'data: {"choices":[{"index":0,"text":"x","delta":{"content":"y"},"finish_reason":"stop"}]}\n\n',
]
const HTTP_SNIPPETS: readonly string[] = [
  '\r\n',
  '\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\n\r\n',
  '0\r\n\r\n',
  'ffffff\r\n',
  'content-length: 3\r\n',
  'content-encoding: gzip\r\n',
  'transfer-encoding: gzip\r\n',
  `x: ${'y'.repeat(40_000)}\r\n`,
  'connection: close\r\n',
]

const head = (...lines: string[]) =>
  Buffer.from(['HTTP/1.1 200 OK', 'content-type: text/event-stream', ...lines, '', ''].join('\r\n'))
const FRAMINGS: readonly ((body: Buffer) => Buffer)[] = [
  (body) => Buffer.concat([head(`content-length: ${body.length}`), body]),
  (body) => Buffer.concat([head('connection: close'), body]),
  (body) =>
    Buffer.concat([
      head('transfer-encoding: chunked'),
      Buffer.from(`${body.length.toString(16)}\r\n`),
      body,
      Buffer.from('\r\n0\r\n\r\n'),
    ]),
]

/** Whatever comes, an engine yields events in order, or fails in its own words. */
async function readLikeAnEngine(kind: UpstreamKind, pieces: readonly Uint8Array[]): Promise<void> {
  const settings = upstreamSettings({ kind, baseUrls: ['http://u'], model: 'm' })
  const origin = { address: 'http://u', redact: secretRedactor(['sk-key-of-the-upstream']) }
  const reader = dialectOf(settings)
    .createResponseReader(settings, () => undefined)
    .decoder(upstreamRequest(), origin)
  const streamed = new ResponseStreamDecoder(reader, Number.POSITIVE_INFINITY, origin.address)
  try {
    for (const bytes of pieces) {
      const { events, failure } = streamed.read(bytes)
      for (const event of events) {
        if (event.type === 'completion-end') return
        if (event.type === 'prompt-usage') expectCount(event.promptTokens)
        if (event.type === 'text-delta') {
          expectThat(Buffer.from(event.text).toString() === event.text, 'whole characters', event.text)
          expectCount(event.completionTokens)
        }
      }
      if (failure !== null) throw failure.error
    }
    reader.end()
  } catch (error) {
    if (!(error instanceof UpstreamFailure)) throw error
  }
}

function expectCount(count: number): void {
  expectThat(Number.isSafeInteger(count) && count >= 0, 'a count', count)
}

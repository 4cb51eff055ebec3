import type { UpstreamKind } from '../src/engines/upstream/dialects/dialects.ts'
import {
  jsonScript,
  type ReceivedRequest,
  type UpstreamScript,
  type UpstreamStep,
} from './scripted-upstream.ts'
import { responseEvents } from './upstream-model.ts'

/** The text that a request asks this model for; it is unique, so that a response to another request is found. */
export function repetition(words: string): string {
  return `Repeat: ${words}`
}

/** A text of this many words, for long streams; with a pause after each, for longer ones. */
export function counting(words: number, pauseMs = 0): string {
  return `Count to ${words}, ${pauseMs} ms apart.`
}

/** This model's response to {@link counting}. */
export function counted(words: number): string {
  return Array.from({ length: words }, (_, index) => ` word${index + 1}`).join('')
}

/** A prompt that asks for one of the {@link FAULTS}. */
export function breaking(fault: string): string {
  return `Break: ${fault}`
}

const KINDS_BY_PATH: Readonly<Record<string, UpstreamKind>> = {
  '/v1/completions': 'openai-completions',
  '/v1/chat/completions': 'openai-chat',
  '/v1/messages': 'claude-messages',
}

/** Plays the servers of every dialect at once, with a model that does what the prompt asks for. */
export function obeyingModel(request: ReceivedRequest): UpstreamScript {
  const { path, body } = request
  if (path === '/v1/messages/count_tokens') return jsonScript({ input_tokens: 9 })
  const kind = KINDS_BY_PATH[path]
  if (kind === undefined) return jsonScript({ error: { message: 'no such path' } }, 404)
  // A client that disconnects while sending has no complete body.
  const asked = JSON.stringify(body.prompt ?? body.messages ?? '')
  const fault = lastMatch(asked, /Break: ([\w-]+)/g)
  if (fault !== undefined) return faultOf(kind, fault)
  const words = lastMatch(asked, /Repeat: ([\w ]+)/g)
    ?.trim()
    .split(' ')
  const count = Number(lastMatch(asked, /Count to (\d+)/g) ?? 3)
  const pauseMs = Number(lastMatch(asked, /(\d+) ms apart/g) ?? 0)
  const pieces = (words ?? Array.from({ length: count }, (_, index) => `word${index + 1}`)).map(
    (word) => ` ${word}`,
  )
  const maxTokens = Number(body.max_tokens)
  const events = responseEvents(kind, pieces.slice(0, maxTokens), pieces.length > maxTokens)
  return { steps: pauseMs > 0 ? events.flatMap((event) => [event, { delayMs: pauseMs }]) : inPackets(events) }
}

/** Many events in a packet, as a fast server sends them. */
function inPackets(events: readonly string[]): string[] {
  const packets: string[] = []
  for (let from = 0; from < events.length; from += 16) packets.push(events.slice(from, from + 16).join(''))
  return packets
}

function lastMatch(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1]
}

/** The ways in which it can be asked to fail; the first step of a response is valid. */
export const FAULTS = [
  'refuses',
  'fails',
  'is-overloaded',
  'is-unavailable',
  'says-html',
  'says-nothing',
  'dies-at-once',
  'dies',
  'stalls',
  'ends-early',
  'ends-in-an-event',
  'says-nonsense',
  'tells-an-error',
  'floods-a-line',
  'floods-text',
  'lies-about-its-length',
  'floods-comments',
  'lies-about-its-length',
  'lies-about-its-encoding',
] as const

/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number]

function faultOf(kind: UpstreamKind, fault: string): UpstreamScript {
  const events = responseEvents(kind, [' One', ' two'], false)
  const [begun = '', ...rest] = events
  const oneText = events.find((event) => event.includes('two')) ?? begun
  const inTheMiddle = (...steps: UpstreamStep[]): UpstreamScript => ({ steps: [begun, ...steps] })
  const whole = [begun, ...rest].join('')
  const scripts: Record<Fault, UpstreamScript> = {
    refuses: jsonScript({ error: { type: 'invalid_request_error', message: 'top_k: no' } }, 400),
    fails: jsonScript({ error: { message: 'out of memory' } }, 500),
    'is-overloaded': jsonScript({}, 429, { 'retry-after': '60' }),
    'is-unavailable': jsonScript({}, 503, { 'retry-after': '60' }),
    'says-html': { headers: { 'content-type': 'text/html' }, steps: ['<h1>Welcome</h1>'] },
    'says-nothing': { beforeHeaders: ['stall'], steps: [] },
    'dies-at-once': { beforeHeaders: ['destroy'], steps: [] },
    dies: inTheMiddle('destroy'),
    stalls: inTheMiddle('stall'),
    'ends-early': inTheMiddle(),
    'ends-in-an-event': inTheMiddle('data: {"cho'),
    'says-nonsense': inTheMiddle('data: {"cho\n\n', 'stall'),
    'tells-an-error': inTheMiddle(
      'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"m"}}\n\n',
    ),
    'floods-a-line': inTheMiddle({ floodsWith: 'x'.repeat(100_000) }),
    'floods-text': { steps: [{ floodsWith: oneText.repeat(1000) }] },
    'floods-comments': inTheMiddle({ floodsWith: ': still here\n\n'.repeat(1000) }),
    'lies-about-its-length': { headers: { 'content-length': `${whole.length + 100}` }, steps: [whole] },
    'lies-about-its-encoding': { headers: { 'content-encoding': 'gzip' }, steps: [whole] },
  }
  return scripts[fault as Fault] ?? jsonScript({ error: { message: `no fault is called ${fault}` } }, 404)
}

import { type ReadEvent, readEvents } from '../conformance/read-events.ts'
import { CLAUDE_ERRORS, readClaudeStreamError } from './claude-errors.ts'
import { COMPLETE_GROWTH } from './complete-growth.ts'
import type { Completed, CompletingRoute, Question } from './completing-route.ts'
import { expectThat } from './expect-that.ts'

const HEADERS = { 'x-api-key': 'K', 'content-type': 'application/json' }

const BOTH_VERSIONS = {
  path: '/v1/complete',
  apiKeyHeader: 'x-api-key',
  takesTurns: true,
  body: completeBody,
  richBodies: (modelId: string) => [richBody(modelId)],
  growable: COMPLETE_GROWTH,
  badFields: [
    ['no_such_field', 1],
    ['temperature', 'hot'],
    ['temperature', 2],
    ['model', ''],
    ['prompt', 'What is this?'],
    ['max_tokens_to_sample', 0],
    ['max_tokens_to_sample', 1.5],
    ['stop_sequences', ['']],
    ['stream', 'yes'],
  ],
  shown: (completion: string) => completion,
  errors: CLAUDE_ERRORS,
} as const

/** `POST /v1/complete` of 2023-06-01: every event has the new text. */
export const COMPLETE_ROUTE: CompletingRoute = {
  ...BOTH_VERSIONS,
  name: 'complete',
  headers: { ...HEADERS, 'anthropic-version': '2023-06-01' },
  readWhole(body) {
    expectThat(body.type === 'completion', 'a completion', body.type)
    expectThat(/^compl_/.test(String(body.id)), 'an id', body.id)
    return completedOf(body)
  },
  readStream(stream) {
    const events = readEvents(stream)
    let text = ''
    for (const [index, { name, data }] of events.entries()) {
      if (name === 'ping') continue
      const body = JSON.parse(data) as Record<string, unknown>
      const isLast = index === events.length - 1
      if (name === 'error') {
        expectThat(isLast, 'an error at the end alone', events[index + 1])
        return readClaudeStreamError(body)
      }
      expectThat(name === 'completion', 'a completion, a ping or an error', name)
      text += body.completion
      expectThat((body.stop_reason !== null) === isLast, 'a stop reason in the last event alone', data)
    }
    return { type: 'completed', completed: { ...completedOf(lastBody(events)), text } }
  },
}

/** `POST /v1/complete` of 2023-01-01: every event has the whole text so far, and an error is not an event. */
export const FIRST_COMPLETE_ROUTE: CompletingRoute = {
  ...BOTH_VERSIONS,
  name: 'complete 2023-01-01',
  headers: { ...HEADERS, 'anthropic-version': '2023-01-01' },
  richBodies: (modelId) => [{ ...richBody(modelId), tags: { a: 'b' } }],
  readWhole: completedOf,
  readStream(stream) {
    const data = readEvents(stream).filter(({ name }) => name !== 'ping')
    const last = data.at(-1)?.data ?? ''
    if (last.startsWith('error: ')) return readClaudeStreamError(JSON.parse(last.slice('error: '.length)))
    expectThat(last === '[DONE]', '[DONE]', last)
    let text = ''
    for (const event of data.slice(0, -1)) {
      const { completion } = JSON.parse(event.data) as Record<string, unknown>
      expectThat(String(completion).startsWith(text), 'a text that grows', event.data)
      text = String(completion)
    }
    return { type: 'completed', completed: completedOf(lastBody(data.slice(0, -1))) }
  },
}

function richBody(modelId: string): Record<string, unknown> {
  return {
    model: modelId,
    prompt: 'Be brief.\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: What is 2 + 3?\n\nAssistant: It is',
    max_tokens_to_sample: 8,
    stop_sequences: ['\n\nHuman:', 'END'],
    temperature: 1,
    top_p: 0.9,
    top_k: 5,
    metadata: { user_id: 'u' },
    stream: false,
  }
}

function completeBody({ text, modelId, maxTokens, temperature }: Question, stream: boolean) {
  return {
    model: modelId,
    prompt: `\n\nHuman: ${text}\n\nAssistant:`,
    max_tokens_to_sample: maxTokens,
    temperature,
    stream,
  }
}

function completedOf(body: Record<string, unknown>): Completed {
  const { completion, stop_reason: reason } = body
  expectThat(typeof completion === 'string', 'a completion', body)
  expectThat(reason === 'stop_sequence' || reason === 'max_tokens', 'a stop reason', body)
  return { text: completion, isWhole: reason === 'stop_sequence' }
}

function lastBody(events: readonly ReadEvent[]): Record<string, unknown> {
  const last = events.at(-1)
  expectThat(last !== undefined, 'events', events)
  return JSON.parse(last.data)
}

import { readEvents } from '../conformance/read-events.ts'
import type { Completed, CompletingRoute, ErrorForm, PlainRoute, StreamEnd } from './completing-route.ts'
import { expectThat } from './expect-that.ts'
import { chatCompletionsBodies, textCompletionsBodies } from './openai-bodies.ts'
import { CHAT_COMPLETIONS_GROWTH, TEXT_COMPLETIONS_GROWTH } from './openai-growth.ts'

/** The headers of every request. */
export const OPENAI_HEADERS = { authorization: 'Bearer K', 'content-type': 'application/json' }

/** The Claude API's error type for each status, which is the code here. */
const CODES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  413: 'request_too_large',
  500: 'api_error',
  529: 'overloaded_error',
}

/** Errors in OpenAI's form. */
export const OPENAI_ERRORS: ErrorForm = {
  read(body, status) {
    const { code, message } = errorOf(body)
    expectThat(code === CODES[status], `the code of a ${status}`, code)
    return { type: code, message }
  },
}

const BOTH_ROUTES = {
  headers: OPENAI_HEADERS,
  apiKeyHeader: 'authorization',
  errors: OPENAI_ERRORS,
} as const

const BAD_FIELDS: CompletingRoute['badFields'] = [
  ['temperature', 'hot'],
  ['temperature', -1],
  ['model', ''],
  ['max_tokens', 0],
  ['stop', 7],
  ['stream', 'yes'],
]

/** `POST /v1/chat/completions`. */
export const CHAT_COMPLETIONS_ROUTE: CompletingRoute = {
  ...BOTH_ROUTES,
  name: 'chat completions',
  path: '/v1/chat/completions',
  takesTurns: true,
  body: ({ text, modelId, maxTokens, temperature }, stream) => ({
    model: modelId,
    messages: [{ role: 'user', content: text }],
    max_tokens: maxTokens,
    temperature,
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
  }),
  richBodies: chatCompletionsBodies,
  growable: CHAT_COMPLETIONS_GROWTH,
  badFields: [
    ...BAD_FIELDS,
    ['n', 2],
    ['messages', []],
    ['messages', [{ role: 'stranger', content: 'Hi' }]],
    ['tools', [{ type: 'function' }]],
  ],
  // A reply starts without a space.
  shown: (completion) => completion.replace(/^ /, ''),
  readWhole(body) {
    expectThat(body.object === 'chat.completion', 'a chat completion', body.object)
    expectThat(/^chatcmpl-/.test(String(body.id)), 'an id', body.id)
    const choice = onlyChoice(body)
    return completedOf(choice, (choice.message as Json).content)
  },
  readStream: (body) =>
    readChunks(body, 'chat.completion.chunk', ({ delta }) => (delta as Record<string, unknown>).content),
}

/** `POST /v1/completions`. */
export const TEXT_COMPLETIONS_ROUTE: CompletingRoute = {
  ...BOTH_ROUTES,
  name: 'completions',
  path: '/v1/completions',
  takesTurns: false,
  body: ({ text, modelId, maxTokens, temperature }, stream) => ({
    model: modelId,
    prompt: `\n\nHuman: ${text}\n\nAssistant:`,
    stop: ['\n\nHuman:'],
    max_tokens: maxTokens,
    temperature,
    stream,
  }),
  richBodies: textCompletionsBodies,
  growable: TEXT_COMPLETIONS_GROWTH,
  badFields: [
    ...BAD_FIELDS,
    ['prompt', ''],
    ['prompt', ['a', 1]],
    ['n', 1_000],
    ['best_of', 2],
    ['suffix', 'x'],
  ],
  shown: (completion) => completion,
  readWhole(body) {
    expectThat(body.object === 'text_completion', 'a text completion', body.object)
    const choices = body.choices as Json[]
    expectThat(Array.isArray(choices) && choices.length > 0, 'a choice', choices)
    for (const [index, choice] of choices.entries())
      expectThat(choice.index === index, `choice ${index}`, choice)
    const completed = choices.map((choice) => completedOf(choice, choice.text))
    return completed[0] as Completed
  },
  readStream: (body) => readChunks(body, 'text_completion', ({ text }) => text),
}

/** The models, for OpenAI's clients. */
export const OPENAI_MODELS_ROUTE: PlainRoute = {
  name: 'models, for OpenAI’s clients',
  method: 'GET',
  path: '/v1/models',
  headers: OPENAI_HEADERS,
  queries: ['limit=2&after_id=claude-2.1', 'limit=2&before_id=claude-2.1'],
  growable: null,
  check(body) {
    const { object, data } = JSON.parse(body)
    expectThat(object === 'list' && Array.isArray(data) && data.length > 0, 'a list of models', data)
  },
  errors: OPENAI_ERRORS,
}

type Json = Readonly<Record<string, unknown>>

/** Comments are keep-alives. The last chunk before `[DONE]` may have only the usage. */
function readChunks(body: string, object: string, textOf: (choice: Json) => unknown): StreamEnd {
  const data = readEvents(body.replaceAll(': ping\n\n', '')).map((event) => event.data)
  if (data.at(-1) !== '[DONE]') return streamError(JSON.parse(data.at(-1) ?? 'null'))
  const texts = new Map<unknown, string>()
  const ended = new Map<unknown, Json>()
  for (const chunk of data.slice(0, -1).map((one) => JSON.parse(one) as Json)) {
    expectThat(chunk.object === object, `a ${object}`, chunk.object)
    if ((chunk.choices as Json[]).length === 0) continue
    const choice = onlyChoice(chunk)
    const { index, finish_reason } = choice
    expectThat(!ended.has(index), 'no text after the end', chunk)
    texts.set(index, (texts.get(index) ?? '') + (textOf(choice) ?? ''))
    if ((finish_reason ?? null) !== null) ended.set(index, choice)
  }
  // Of several completions each has an end.
  const completed = [...texts].map(([index, text]) => completedOf(ended.get(index) ?? {}, text))
  expectThat(completed.length > 0, 'a choice', data)
  return { type: 'completed', completed: completed[0] as Completed }
}

function onlyChoice(body: Json): Json {
  const choices = body.choices as Json[]
  expectThat(Array.isArray(choices) && choices.length === 1, 'one choice', choices)
  return choices[0] as Json
}

/** A reply with only calls has no text. */
function completedOf(choice: Json, text: unknown): Completed {
  const reason = choice.finish_reason
  const isCall = reason === 'tool_calls' || reason === 'function_call'
  expectThat(typeof text === 'string' || (isCall && text === null), 'a text', choice)
  expectThat(reason === 'stop' || reason === 'length' || isCall, 'a reason', reason)
  return { text: text ?? '', isWhole: reason === 'stop' }
}

function streamError(body: Json): StreamEnd {
  const { code, message } = errorOf(body)
  return { type: 'error', errorType: code, message }
}

function errorOf(body: Json): { readonly code: string; readonly message: string } {
  const { code, message, type, param } = (body.error ?? {}) as Json
  expectThat(Object.keys(body).join() === 'error', 'an error alone', body)
  expectThat(typeof code === 'string' && type === 'invalid_request_error' && param === null, 'its form', body)
  expectThat(typeof message === 'string' && message !== '', 'a message', message)
  return { code, message }
}

import { readEvents } from '../conformance/read-events.ts'
import type { Completed, CompletingRoute, StreamEnd } from './completing-route.ts'
import { expectThat } from './expect-that.ts'
import { OPENAI_ERRORS, OPENAI_HEADERS } from './openai-routes.ts'
import { responsesBodies } from './responses-bodies.ts'
import { RESPONSES_GROWTH } from './responses-growth.ts'

/** `POST /v1/responses`. */
export const RESPONSES_ROUTE: CompletingRoute = {
  name: 'responses',
  path: '/v1/responses',
  headers: OPENAI_HEADERS,
  apiKeyHeader: 'authorization',
  errors: OPENAI_ERRORS,
  takesTurns: true,
  body: ({ text, modelId, maxTokens, temperature }, stream) => ({
    model: modelId,
    input: text,
    max_output_tokens: maxTokens,
    temperature,
    stream,
    // The last items of responses are kept up to a bound, which short runs do not reach: it would look like a leak.
    store: false,
  }),
  richBodies: responsesBodies,
  growable: RESPONSES_GROWTH,
  badFields: [
    ['temperature', 'hot'],
    ['model', ''],
    ['input', []],
    ['input', [{ role: 'stranger', content: 'Hi' }]],
    ['max_output_tokens', 0],
    ['previous_response_id', 'resp_1'],
    ['tools', [{ type: 'function' }]],
    ['stream', 'yes'],
  ],
  // A reply starts without a space.
  shown: (completion) => completion.replace(/^ /, ''),
  readWhole: readResponse,
  readStream,
}

type Json = Readonly<Record<string, unknown>>

function readResponse(body: Json): Completed {
  expectThat(body.object === 'response' && /^resp_/.test(String(body.id)), 'a response', body)
  const isWhole = body.status === 'completed'
  expectThat(isWhole || body.status === 'incomplete', 'a status', body.status)
  const texts = (body.output as Json[]).flatMap(({ type, content }) =>
    type === 'message' ? (content as Json[]).map(({ text }) => text) : [],
  )
  return { text: texts.join(''), isWhole }
}

/** The texts of the deltas are those of the response at the end. */
function readStream(body: string): StreamEnd {
  const events = readEvents(body.replaceAll(': ping\n\n', '')).map(({ data }) => JSON.parse(data) as Json)
  for (const [index, event] of events.entries()) {
    expectThat(event.sequence_number === index, `the number ${index}`, event)
  }
  const last = events.at(-1)
  if (last?.type === 'response.failed') {
    const { code, message } = events.at(-2) as { readonly code: string; readonly message: string }
    return { type: 'error', errorType: code, message }
  }
  expectThat(last?.type === 'response.completed' || last?.type === 'response.incomplete', 'an end', last)
  const completed = readResponse(last.response as Json)
  const text = events
    .flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? [delta] : []))
    .join('')
  expectThat(text === completed.text, 'the text of the deltas', completed.text)
  return { type: 'completed', completed }
}

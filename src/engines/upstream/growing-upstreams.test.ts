import { describe, expect, it } from 'vitest'
import { expectLinearCost } from '../../../test/cost-growth.ts'
import { longText, many } from '../../../test/growing-values.ts'
import { upstreamSettings } from '../../../test/upstream-settings.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../completion/completion-request.ts'
import { conversationPrompt } from '../../completion/conversation-prompt.ts'
import type { Turn } from '../../completion/turn.ts'
import { ResponseStreamDecoder } from './decoding/response-stream-decoder.ts'
import { withoutEcho } from './decoding/without-echo.ts'
import { dialectOf } from './dialects/dialects.ts'
import type { ResponseReader } from './dialects/upstream-dialect.ts'
import { readErrorEvent, readErrorResponse } from './transport/read-upstream-error.ts'
import { secretRedactor } from './transport/redact-secrets.ts'

// What goes over to an upstream, and what comes back: what it costs grows as there is more of it.

const nothing = () => undefined
const ORIGIN = { address: 'http://u', redact: secretRedactor(['a-secret-of-this-test']) }
const SETTINGS = [
  upstreamSettings({
    kind: 'claude-messages',
    sampling: 'all',
    schemaField: 'output_format',
  }),
  upstreamSettings({ kind: 'openai-chat', server: 'vllm' }),
  upstreamSettings({ kind: 'openai-completions', server: 'vllm' }),
] as const
const ENCODERS = SETTINGS.map(
  (settings) => [settings.kind, dialectOf(settings).createRequestEncoder(settings, nothing)] as const,
)
const [claude, chat] = SETTINGS.map((settings) =>
  dialectOf(settings).createResponseReader(settings, nothing),
) as [ResponseReader, ResponseReader, ...ResponseReader[]]

function requestOf(turns: readonly Turn[]): CompletionRequest {
  return {
    modelId: 'm',
    prompt: conversationPrompt({
      systemText: '',
      turns,
      prefill: '',
      tools: [],
      isThinkingEnabled: true,
      outputSchema: null,
    }),
    maxTokens: 1_000,
    stopSequences: [],
    sampling: { temperature: 1, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
  }
}

const call = (index: number) => ({ type: 'tool-call', id: `c${index}`, name: 'a', input: { b: 1 } }) as const
const textPart = (text: string) => ({ type: 'text', text }) as const
const image = { type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } } as const
const userTurn = (...parts: (typeof image | ReturnType<typeof textPart>)[]): Turn => ({ role: 'user', parts })

const HISTORIES: readonly (readonly [string, (size: number) => Turn[]])[] = [
  [
    'turns',
    (size) => many(size, (i): Turn => ({ role: i % 2 ? 'assistant' : 'user', parts: [textPart('a')] })),
  ],
  ['turns of one speaker', (size) => many(size, () => userTurn(textPart('a')))],
  ['turns with pictures', (size) => many(size, () => userTurn(textPart('a'), image))],
  ['parts of a turn', (size) => [userTurn(...many(size, () => textPart('a')))]],
  [
    'calls with blanks between',
    (size) =>
      many(
        size,
        (i): Turn =>
          i % 2 ? { role: 'assistant', parts: [textPart('a'), call(i)] } : userTurn(textPart(' ')),
      ),
  ],
  [
    'calls without an answer',
    (size) => [
      userTurn(textPart('a')),
      ...many(size, (i): Turn => ({ role: 'assistant', parts: [call(i)] })),
    ],
  ],
  [
    'results in one turn',
    (size) => [
      {
        role: 'user',
        parts: many(size, (i) => ({
          type: 'tool-result' as const,
          toolCallId: `c${i}`,
          parts: [textPart('a'), image],
          isError: false,
        })),
      },
    ],
  ],
]

describe.each(ENCODERS)('the request encoder of %s', (_, encoder) => {
  it.each(HISTORIES)('takes time in proportion to %s', async (_name, turnsOf) => {
    const make = (size: number) => requestOf(turnsOf(size))
    await expectLinearCost(
      { make, run: (request: CompletionRequest) => encoder.completionRequest(request) },
      1_000,
    )
  })
})

const claudeEvent = (event: object) => `data: ${JSON.stringify(event)}\n\n`
const claudeDelta = (delta: object) => claudeEvent({ type: 'content_block_delta', index: 0, delta })
const claudeCall = (index: number) =>
  claudeEvent({
    type: 'content_block_start',
    index,
    content_block: { type: 'tool_use', id: `c${index}`, name: 'a', input: {} },
  })
const chatEvent = (delta: object) => claudeEvent({ choices: [{ index: 0, delta }] })
const argumentsOf = (index: number, json: string) => ({ index, function: { arguments: json } })

const RESPONSES: readonly (readonly [string, ResponseReader, number, (size: number) => string])[] = [
  ['texts', claude, 2_000, (size) => claudeDelta({ type: 'text_delta', text: 'word ' }).repeat(size)],
  [
    'thinking',
    claude,
    1_000,
    (size) => claudeDelta({ type: 'thinking_delta', thinking: 'word ' }).repeat(size),
  ],
  ['a text', claude, 20_000, (size) => claudeDelta({ type: 'text_delta', text: longText(size) })],
  [
    'an input',
    claude,
    1_000,
    (size) =>
      claudeCall(0) +
      claudeDelta({ type: 'input_json_delta', partial_json: '{"a":[' }) +
      claudeDelta({ type: 'input_json_delta', partial_json: '1,' }).repeat(size),
  ],
  [
    'text in the middle of a call',
    claude,
    1_000,
    (size) => claudeCall(0) + claudeDelta({ type: 'text_delta', text: 'word ' }).repeat(size),
  ],
  ['unknown events', claude, 2_000, (size) => claudeEvent({ type: 'news' }).repeat(size)],
  ['pings', claude, 5_000, (size) => ': ping\n\n'.repeat(size)],
  ['lines of one event', claude, 5_000, (size) => 'data: 1\n'.repeat(size)],
  ['a line that does not end', claude, 100_000, (size) => `data: ${'a'.repeat(size)}`],
  ['texts', chat, 2_000, (size) => chatEvent({ content: 'word ' }).repeat(size)],
  [
    'texts that differ',
    chat,
    1_000,
    (size) =>
      many(size, (i) => claudeEvent({ [`k${i}`]: i, choices: [{ delta: { content: 'word ' } }] })).join(''),
  ],
  [
    'pieces of calls',
    chat,
    2_000,
    (size) =>
      many(size, (i) =>
        chatEvent({ tool_calls: [{ ...argumentsOf(i % 200, '1,'), id: `c${i % 200}` }] }),
      ).join(''),
  ],
  [
    'pieces of many calls in one event',
    chat,
    2_000,
    (size) =>
      chatEvent({ tool_calls: many(250, (i) => ({ ...argumentsOf(i, '{'), id: `c${i}` })) }) +
      chatEvent({ tool_calls: many(size, () => argumentsOf(0, '')) }),
  ],
  [
    'a name in pieces',
    chat,
    1_000,
    (size) =>
      chatEvent({ tool_calls: [{ index: 0, id: 'c', function: { name: 'ab' } }] }) +
      many(size, () => chatEvent({ tool_calls: [{ index: 0, function: { name: 'c' } }] })).join(''),
  ],
  [
    'an input that nests',
    chat,
    2_000,
    (size) => chatEvent({ tool_calls: [{ ...argumentsOf(0, `{"a":${'['.repeat(size)}`), id: 'c' }] }),
  ],
]

describe('ResponseStreamDecoder', () => {
  it.each(RESPONSES)('takes time in proportion to %s', async (_, reader, size, responseOf) => {
    const make = (of: number) => new TextEncoder().encode(responseOf(of))
    const run = (bytes: Uint8Array) => {
      const request = requestOf([userTurn(textPart('a'))])
      const streamed = new ResponseStreamDecoder(reader.decoder(request, ORIGIN), 2 ** 30, 'http://u')
      for (let from = 0; from < bytes.length; from += 1_000) streamed.read(bytes.subarray(from, from + 1_000))
      streamed.read(null)
    }
    await expectLinearCost({ make, run }, size)
  })

  it('takes time in proportion to a repeated prefill in withoutEcho', async () => {
    const run = (size: number) => {
      const step = withoutEcho('a'.repeat(size))
      for (let piece = 0; piece < size; piece++)
        step([{ type: 'text-delta', text: 'a', completionTokens: 1 }])
    }
    await expectLinearCost({ make: (size) => size, run }, 10_000)
  })
})

describe('readErrorResponse and readErrorEvent', () => {
  it.each([
    ['digits', (size: number) => '1'.repeat(size)],
    ['digits and words', (size: number) => '1 input tokens '.repeat(size / 10)],
    ['windows', (size: number) => 'maximum context length is 1 tokens '.repeat(size / 30)],
    [
      'requests',
      (size: number) => `maximum context length is 1 tokens${' requested 1 tokens (1'.repeat(size / 20)}`,
    ],
    ['what looks like secrets', (size: number) => 'api_key: Bearer sk-a****'.repeat(size / 20)],
    ['parts of a secret', (size: number) => 'a-secret-of-'.repeat(size / 12)],
    ['commas', (size: number) => '1,'.repeat(size / 2)],
  ])('take time in proportion to %s', async (_, textOf) => {
    const make = (size: number) => JSON.stringify({ error: { message: textOf(size) } })
    const run = (body: string) => {
      expect(readErrorResponse(ORIGIN, 400, body)).toBeInstanceOf(Error)
      expect(readErrorEvent(ORIGIN, JSON.parse(body))).toBeInstanceOf(Error)
    }
    await expectLinearCost({ make, run }, 20_000)
  })
})

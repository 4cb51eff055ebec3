import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FULL_PROMPT,
  PLAIN_PROMPT,
  readHistory,
  summaryOf,
  upstreamHistory,
  upstreamRequest,
} from '../../../../../test/upstream-histories.ts'
import { upstreamSettings } from '../../../../../test/upstream-settings.ts'
import { UpstreamFailure } from '../../transport/upstream-failure.ts'
import { openAiChatDialect } from '../openai-chat/openai-chat-dialect.ts'
import { openAiCompletionsDialect } from '../openai-completions/openai-completions-dialect.ts'
import type { OpenAiServerName } from './openai-servers.ts'

const ignoreWarning = () => undefined

function completions(server: OpenAiServerName = 'other') {
  return openAiCompletionsDialect.createRequestEncoder(
    upstreamSettings({ kind: 'openai-completions', server }),
  )
}

function completionsReader(
  server: OpenAiServerName = 'other',
  onWarning: (warning: string) => void = ignoreWarning,
) {
  return openAiCompletionsDialect.createResponseReader(
    upstreamSettings({ kind: 'openai-completions', server }),
    onWarning,
  )
}

function chat(server: OpenAiServerName = 'other') {
  return openAiChatDialect.createRequestEncoder(
    upstreamSettings({ kind: 'openai-chat', server }),
    ignoreWarning,
  )
}

const chatReader = openAiChatDialect.createResponseReader(
  upstreamSettings({ kind: 'openai-chat' }),
  ignoreWarning,
)

const eventBytes = (...data: string[]) => new TextEncoder().encode(data.map((d) => `data: ${d}\n\n`).join(''))

describe('OpenAiCompletionsDialect', () => {
  it('sends the text as it is, and keeps the stop sequences to itself', () => {
    expect(completions().completionRequest(upstreamRequest(FULL_PROMPT))).toEqual({
      path: '/v1/completions',
      body: {
        model: 'm',
        prompt: FULL_PROMPT,
        max_tokens: 64,
        temperature: 1,
        top_p: 1,
        stream: true,
        stream_options: { include_usage: true },
      },
    })
  })

  it.each<[OpenAiServerName, number | null, object]>([
    ['vllm', null, { top_k: -1, top_p: 1 }],
    ['sglang', 0, { top_k: -1 }],
    ['llama-server', null, { top_k: 0 }],
    ['vllm', 7, { top_k: 7 }],
    ['llama-server', 7, { top_k: 7 }],
    ['llama-cpp-python', null, { top_k: 0, repeat_penalty: 1 }],
  ])('says to %s that top-k is %j', (server, topK, fields) => {
    const request = upstreamRequest(PLAIN_PROMPT, { sampling: { temperature: 0, topP: null, topK } })
    expect(completions(server).completionRequest(request).body).toMatchObject({ temperature: 0, ...fields })
  })

  it('does not say top-k to servers that may not know it', () => {
    const request = upstreamRequest(PLAIN_PROMPT, { sampling: { temperature: 0, topP: 0.5, topK: 7 } })
    expect(completions('ollama').completionRequest(request).body).toMatchObject({ top_p: 0.5 })
    expect(completions('ollama').completionRequest(request).body).not.toHaveProperty('top_k')
  })

  it.each<[OpenAiServerName, boolean]>([
    ['vllm', true],
    ['sglang', true],
    ['llama-server', false],
    ['llama-cpp-python', false],
    ['ollama', false],
    ['other', false],
  ])('tells %s whose prefixes may be reused: %s', (server, isSent) => {
    for (const dialect of [completions(server), chat(server)]) {
      const bodyFor = (change: object) =>
        dialect.completionRequest(upstreamRequest(PLAIN_PROMPT, change)).body
      expect(bodyFor({ cacheScope: 'one' }).cache_salt).toBe(isSent ? 'one' : undefined)
      expect(bodyFor({ cacheScope: null })).not.toHaveProperty('cache_salt')
      expect(bodyFor({})).not.toHaveProperty('cache_salt')
    }
  })

  it.each(['vllm-completions', 'sglang-completions', 'llama-server-completions', 'ollama-completions'])(
    'reads the history %s, however its bytes are cut',
    async (name) => {
      const bytes = upstreamHistory(name)
      const events = await readHistory(completionsReader(), bytes)
      expect(summaryOf(events)).toEqual({
        text: ' Größe 👩‍🚀',
        completionTokens: 8,
        promptTokens: 12,
        end: 'end-of-generation',
      })
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
          expect(await readHistory(completionsReader(), bytes, cuts)).toEqual(events)
        }),
      )
    },
  )

  it('counts reused tokens where they are reported last', async () => {
    const events = await readHistory(completionsReader(), upstreamHistory('vllm-completions'))
    expect(events.filter((event) => event.type === 'prompt-usage').at(-1)).toEqual({
      type: 'prompt-usage',
      promptTokens: 12,
      reusedPromptTokens: 4,
      cacheReadTokens: 4,
    })
  })

  it('holds back half a character until its other half comes', async () => {
    const half = (text: string) => `{"choices":[{"index":0,"text":"${text}","finish_reason":null}]}`
    const events = await readHistory(completionsReader(), eventBytes(half('a\\ud83d'), half('\\ude00b')))
    expect(events.map((event) => (event.type === 'text-delta' ? event.text : event.type))).toEqual([
      'a',
      '😀b',
    ])
  })

  it('takes an end for unknown reasons for an end, and warns', async () => {
    const warnings: string[] = []
    const dialect = completionsReader('other', (warning) => warnings.push(warning))
    const events = await readHistory(
      dialect,
      eventBytes('{"choices":[{"text":"a","finish_reason":"tired"}]}', '[DONE]'),
    )
    expect(summaryOf(events)).toMatchObject({ text: 'a', end: 'end-of-generation' })
    expect(warnings).toEqual([expect.stringContaining('tired')])
  })

  it.each([
    ['no JSON', '{"choices":[{"text":"secr', 'malformed-event'],
    ['no object', '7', 'malformed-event'],
    ['an error', '{"error":{"message":"secret","code":500}}', 'server-error'],
    ['an answer given up', '{"choices":[{"text":"","finish_reason":"abort"}]}', 'server-error'],
  ])('fails at %s and logs no word of it', async (_, data, kind) => {
    const failure = await readHistory(completionsReader(), eventBytes(data)).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(UpstreamFailure)
    expect(failure).toMatchObject({ kind })
    expect(String((failure as Error).stack)).not.toContain('secr')
  })

  it.each<[OpenAiServerName, object | null]>([
    ['vllm', { path: '/tokenize', body: { model: 'm', prompt: PLAIN_PROMPT, add_special_tokens: true } }],
    ['sglang', { path: '/tokenize', body: { model: 'm', prompt: PLAIN_PROMPT, add_special_tokens: true } }],
    [
      'llama-server',
      { path: '/tokenize', body: { content: PLAIN_PROMPT, add_special: true, parse_special: true } },
    ],
    ['ollama', null],
    ['other', null],
  ])('counts tokens by %s', (server, request) => {
    expect(completions(server).countRequest(upstreamRequest().prompt)).toEqual(request)
  })

  it.each([
    [
      { count: 5, max_model_len: 100, tokens: [1, 2, 3, 4, 5] },
      { promptTokens: 5, contextWindowTokens: 100 },
    ],
    [{ tokens: [1, 2] }, { promptTokens: 2, contextWindowTokens: null }],
    [
      { object: 'response.input_tokens', input_tokens: 11 },
      { promptTokens: 11, contextWindowTokens: null },
    ],
    [{ counts: 5 }, null],
    ['text', null],
  ])('reads the count %j', (response, count) => {
    expect(completionsReader().readCount(response)).toEqual(count)
  })
})

describe('OpenAiChatDialect', () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello!' },
    { role: 'user', content: 'How\n\nare you?' },
    { role: 'assistant', content: 'I am' },
  ]

  it('sends the turns, with the prefill as the last message', () => {
    expect(chat().completionRequest(upstreamRequest(FULL_PROMPT))).toEqual({
      path: '/v1/chat/completions',
      body: {
        model: 'm',
        messages,
        max_tokens: 64,
        temperature: 1,
        top_p: 1,
        stream: true,
        stream_options: { include_usage: true },
      },
    })
  })

  it.each<OpenAiServerName>(['vllm', 'sglang', 'llama-server'])(
    'asks %s to continue the prefill',
    (server) => {
      expect(chat(server).completionRequest(upstreamRequest(FULL_PROMPT)).body).toMatchObject({
        messages,
        continue_final_message: true,
        add_generation_prompt: false,
        chat_template_kwargs: { enable_thinking: false },
      })
      expect(chat(server).completionRequest(upstreamRequest()).body).not.toHaveProperty(
        'continue_final_message',
      )
    },
  )

  it('refuses a prefill where the server would start a new message', () => {
    const dialect = chat('llama-cpp-python')
    expect(() => dialect.completionRequest(upstreamRequest(FULL_PROMPT))).toThrow(
      /cannot continue a prefilled response/,
    )
    expect(dialect.completionRequest(upstreamRequest()).path).toBe('/v1/chat/completions')
  })

  it('begins with the user, also where the user says nothing', () => {
    const { body } = chat().completionRequest(upstreamRequest('\n\nHuman:\n\nAssistant: I am'))
    expect(body.messages).toEqual([
      { role: 'user', content: '' },
      { role: 'assistant', content: 'I am' },
    ])
  })

  it.each<[string, number]>([
    ['vllm-chat', 8],
    ['sglang-chat', 8],
    ['llama-server-chat', 8],
    ['ollama-chat', 8],
  ])(
    'reads the history %s without its thinking, however its bytes are cut',
    async (name, completionTokens) => {
      const bytes = upstreamHistory(name)
      const events = await readHistory(chatReader, bytes)
      expect(summaryOf(events)).toMatchObject({ text: 'Größe 👩‍🚀', completionTokens, promptTokens: 21 })
      expect(summaryOf(events).end).toBe(name === 'vllm-chat' ? 'max-tokens' : 'end-of-generation')
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 20 }), async (cuts) => {
          expect(await readHistory(chatReader, bytes, cuts)).toEqual(events)
        }),
      )
    },
  )

  it.each<[OpenAiServerName, string | null]>([
    ['vllm', '/tokenize'],
    ['llama-server', '/v1/chat/completions/input_tokens'],
    ['sglang', '/tokenize'],
    ['llama-cpp-python', null],
    ['ollama', null],
  ])('counts tokens by %s', (server, path) => {
    expect(chat(server).countRequest(upstreamRequest(FULL_PROMPT).prompt)?.path ?? null).toBe(path)
  })
})

import { describe, expect, it } from 'vitest'
import { readHistory, upstreamConversation, upstreamRequest } from '../../../../../test/upstream-histories.ts'
import { upstreamSettings } from '../../../../../test/upstream-settings.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import { rawPrompt, tokenPrompt } from '../../../../completion/prompt.ts'
import { openAiChatDialect } from '../openai-chat/openai-chat-dialect.ts'
import { openAiCompletionsDialect } from '../openai-completions/openai-completions-dialect.ts'

const ignoreWarning = () => undefined
const CHAT = upstreamSettings({ kind: 'openai-chat', server: 'vllm' })
const TEXT = upstreamSettings({ kind: 'openai-completions', server: 'vllm' })
const OF_COMPLETION = { logprobs: { top: 1, ofPrompt: false } }
const OF_PROMPT = { logprobs: { top: 1, ofPrompt: true } }

function eventBytes(...events: object[]): Uint8Array {
  const data = [...events.map((event) => JSON.stringify(event)), '[DONE]']
  return new TextEncoder().encode(data.map((one) => `data: ${one}\n\n`).join(''))
}

/** The tokens of prompt and completion with their scores, and the text. */
async function scoresOf(
  dialect: 'chat' | 'text',
  request: CompletionRequest,
  ...events: object[]
): Promise<object> {
  const reader =
    dialect === 'chat'
      ? openAiChatDialect.createResponseReader(CHAT, ignoreWarning)
      : openAiCompletionsDialect.createResponseReader(TEXT, ignoreWarning)
  const read = await readHistory(reader, eventBytes(...events), [], request)
  const tokensOf = (type: 'prompt-tokens' | 'completion-tokens') =>
    read.flatMap((event) =>
      event.type === type ? event.tokens.map(({ text, logprob }) => [text, logprob]) : [],
    )
  const text = read.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')
  return { prompt: tokensOf('prompt-tokens'), completion: tokensOf('completion-tokens'), text }
}

describe('scores of tokens', () => {
  it('are asked for and read in chats', async () => {
    const request = upstreamConversation({}, OF_COMPLETION)
    const { body } = openAiChatDialect.createRequestEncoder(CHAT, ignoreWarning).completionRequest(request)
    expect(body).toMatchObject({ logprobs: true, top_logprobs: 1 })
    const token = (text: string, logprob: number) => ({ token: text, logprob, bytes: [...Buffer.from(text)] })
    const chunk = (text: string, logprob: number) => ({
      choices: [
        {
          delta: { content: text },
          logprobs: { content: [{ ...token(text, logprob), top_logprobs: [token('x', -9)] }] },
          finish_reason: null,
        },
      ],
    })
    const end = { choices: [{ delta: {}, logprobs: null, finish_reason: 'stop' }] }
    expect(await scoresOf('chat', request, chunk('Hi', -1), chunk('!', -2), end)).toEqual({
      prompt: [],
      completion: [
        ['Hi', -1],
        ['!', -2],
      ],
      text: 'Hi!',
    })
  })

  it('are neither asked for nor read where no request wants them', () => {
    const chat = openAiChatDialect.createRequestEncoder(CHAT, ignoreWarning)
    const text = openAiCompletionsDialect.createRequestEncoder(TEXT)
    for (const { body } of [
      chat.completionRequest(upstreamConversation()),
      text.completionRequest(upstreamRequest()),
    ]) {
      expect(body).not.toHaveProperty('logprobs')
      expect(body).not.toHaveProperty('echo')
    }
  })

  const textChunk = (text: string, tokens: [string, number | null][], usage: object = {}) => ({
    choices: [
      {
        text,
        logprobs: {
          tokens: tokens.map(([one]) => one),
          token_logprobs: tokens.map(([, logprob]) => logprob),
          top_logprobs: tokens.map(([one, logprob]) => (logprob === null ? null : { [one]: logprob })),
          text_offset: tokens.map(() => 0),
        },
        finish_reason: null,
      },
    ],
    usage,
  })
  const textEnd = { choices: [{ text: '', logprobs: null, finish_reason: 'length' }] }

  it.each([
    ['a text', rawPrompt('Once upon'), 'Once upon', { prompt: 'Once upon' }],
    ['tokens', tokenPrompt([5, 7, 9]), 'Once upon', { prompt: [5, 7, 9] }],
  ])('of a prompt that is %s are divided from those of its completion', async (_, prompt, echo, sent) => {
    const request = { ...upstreamRequest(), prompt, ...OF_PROMPT }
    const { body } = openAiCompletionsDialect.createRequestEncoder(TEXT).completionRequest(request)
    expect(body).toMatchObject({ ...sent, logprobs: 1, echo: true })
    const first: [string, number | null][] = [
      ['<s>', null],
      ['Once', -3],
      [' upon', -2],
      [' a', -1],
    ]
    const events = [
      textChunk(`${echo} a`, first, { prompt_tokens: 3 }),
      textChunk(' time', [[' time', -4]]),
      textEnd,
    ]
    expect(await scoresOf('text', request, ...events)).toEqual({
      prompt: [
        ['<s>', null],
        ['Once', -3],
        [' upon', -2],
      ],
      completion: [
        [' a', -1],
        [' time', -4],
      ],
      text: ' a time',
    })
  })

  it('of bytes that are no whole character keep the bytes', async () => {
    const request = { ...upstreamRequest(), ...OF_COMPLETION }
    const { completion } = (await scoresOf(
      'text',
      request,
      textChunk('', [['bytes:\\xc3', -1]]),
      textEnd,
    )) as {
      completion: unknown
    }
    expect(completion).toEqual([['\ufffd', -1]])
  })
})

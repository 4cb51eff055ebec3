import { describe, expect, it } from 'vitest'
import { readEvents } from '../../../test/conformance/read-events.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { type ChatStreamOptions, chatCompletionStream } from './chat-completion-stream.ts'

const PLAIN: ChatStreamOptions = { usesFunctions: false, isScored: false, includeUsage: false }
const HI: CompletionEvent = { type: 'text-delta', text: 'Hi', completionTokens: 2 }
const CALL: CompletionEvent = { type: 'tool-call-start', id: 'c1', name: 't', completionTokens: 1 }
const INPUT: CompletionEvent = { type: 'tool-input-delta', json: '{"a":1}', completionTokens: 4 }
const END: CompletionEvent = { type: 'completion-end', stopReason: 'tool-call', stopSequence: null }

/** The data of a stream, up to `[DONE]`. */
function write(events: readonly CompletionEvent[], options: Partial<ChatStreamOptions> = {}) {
  const identity = { id: 'chatcmpl-1', created: 1, model: 'm' }
  const writer = chatCompletionStream(identity, { ...PLAIN, ...options })
  const text = writer.open({ type: 'completion-start', promptTokens: 9 }) + writer.write(events)
  const data = readEvents(text).map((event) => event.data)
  expect(data.pop()).toBe('[DONE]')
  return data.map((json) => JSON.parse(json))
}

const deltas = (chunks: readonly { choices: { delta: object }[] }[]) =>
  chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta))
const call = (fields: object) => ({ tool_calls: [{ index: 0, ...fields }] })

describe('chatCompletionStream', () => {
  it('writes chunks with identity, delta and finish_reason', () => {
    expect(write([HI, { ...END, stopReason: 'max-tokens' }])).toEqual(
      [
        [{ role: 'assistant', content: '' }, null],
        [{ content: 'Hi' }, null],
        [{}, 'length'],
      ].map(([delta, reason]) => ({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
      })),
    )
  })

  it('writes thinking as reasoning_content, and nothing for empty deltas', () => {
    const events: CompletionEvent[] = [
      { type: 'thinking-delta', text: 'a', completionTokens: 1 },
      { type: 'thinking-delta', text: '', completionTokens: 1 },
      { type: 'text-delta', text: '', completionTokens: 1 },
      { type: 'thinking-signature', signature: 's' },
      END,
    ]
    expect(deltas(write(events)).slice(1)).toEqual([{ reasoning_content: 'a' }, {}])
  })

  it('writes a tool call, then its arguments', () => {
    expect(deltas(write([CALL, INPUT, END])).slice(1)).toEqual([
      call({ id: 'c1', type: 'function', function: { name: 't', arguments: '' } }),
      call({ function: { arguments: '{"a":1}' } }),
      {},
    ])
  })

  it('gives calls without input an empty object as soon as they end', () => {
    const bare: CompletionEvent = { ...CALL, id: null }
    expect(deltas(write([bare, CALL, HI, END])).slice(1)).toEqual([
      call({
        id: expect.stringMatching(/^toolu_/),
        type: 'function',
        function: { name: 't', arguments: '' },
      }),
      call({ function: { arguments: '{}' } }),
      { tool_calls: [{ index: 1, id: 'c1', type: 'function', function: { name: 't', arguments: '' } }] },
      { tool_calls: [{ index: 1, function: { arguments: '{}' } }] },
      { content: 'Hi' },
      {},
    ])
  })

  it('writes calls in the oldest form where the request used it', () => {
    const chunks = write([CALL, INPUT, END], { usesFunctions: true })
    expect(deltas(chunks).slice(1)).toEqual([
      { function_call: { name: 't', arguments: '' } },
      { function_call: { arguments: '{"a":1}' } },
      {},
    ])
    expect(chunks.at(-1).choices[0].finish_reason).toBe('function_call')
  })

  it('ends with usage if asked to, null until then', () => {
    const chunks = write([HI, INPUT, END], { includeUsage: true })
    expect(chunks.slice(0, -1).map(({ usage }) => usage)).toEqual([null, null, null, null])
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 },
    })
    expect(write([HI, END])[0]).not.toHaveProperty('usage')
  })

  it('writes the scores of tokens beside their text', () => {
    const scored = (text: string) => ({ text, bytes: null, logprob: -1, top: [], isControl: false })
    const tokens: CompletionEvent = {
      type: 'completion-tokens',
      tokens: [scored('H'), scored('i'), scored('!')],
    }
    const chunks = write([tokens, HI, { ...END, stopReason: 'stop-sequence', stopSequence: '!' }], {
      isScored: true,
    })
    expect(
      chunks.map(({ choices }) => choices[0].logprobs?.content.map((one: { token: string }) => one.token)),
    ).toEqual([undefined, ['H', 'i'], undefined])
  })
})

import { describe, expect, it } from 'vitest'
import { readEvents } from '../../../test/conformance/read-events.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { type TextCompletionOptions, textCompletionFormat } from './text-completion-format.ts'

const START = { type: 'completion-start', promptTokens: 9 } as const
const THINKING: CompletionEvent = { type: 'thinking-delta', text: 'b', completionTokens: 1 }
const HI: CompletionEvent = { type: 'text-delta', text: 'Hi', completionTokens: 2 }
const END: CompletionEvent = { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }
const ENVELOPE = {
  id: expect.stringMatching(/^cmpl-/),
  object: 'text_completion',
  created: 1,
  model: 'm',
}
const USAGE = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 }

const format = (change: Partial<TextCompletionOptions> = {}) =>
  textCompletionFormat({
    modelId: 'm',
    echoes: [''],
    topLogprobs: null,
    includeUsage: false,
    nowMs: 1999,
    ...change,
  })
const choice = (text: string, reason: string | null) => ({
  text,
  index: 0,
  logprobs: null,
  finish_reason: reason,
})

describe('textCompletionFormat', () => {
  it('has the text alone, after the echo', () => {
    const events = [START, THINKING, HI, END]
    expect(format().body(events)).toEqual({ ...ENVELOPE, choices: [choice('Hi', 'length')], usage: USAGE })
    expect(format({ echoes: ['E'] }).body(events)).toMatchObject({ choices: [choice('EHi', 'length')] })
    expect(format().body([HI])).toMatchObject({ choices: [choice('Hi', null)] })
  })

  function stream(change: Partial<TextCompletionOptions> = {}) {
    const writer = format(change).streamWriter()
    const empty: CompletionEvent = { type: 'text-delta', text: '', completionTokens: 0 }
    const text = writer.open(START) + writer.write([THINKING, empty, HI]) + writer.write([END])
    const data = readEvents(text).map((event) => event.data)
    expect(data.pop()).toBe('[DONE]')
    return data.map((json) => JSON.parse(json))
  }

  it('streams the text, then the stop reason', () => {
    expect(stream()).toEqual([
      { ...ENVELOPE, choices: [choice('Hi', null)] },
      { ...ENVELOPE, choices: [choice('', 'length')] },
    ])
  })

  it('streams the echo first, and usage at the end if asked to', () => {
    expect(stream({ echoes: ['E'], includeUsage: true })).toEqual([
      { ...ENVELOPE, choices: [choice('E', null)], usage: null },
      { ...ENVELOPE, choices: [choice('Hi', null)], usage: null },
      { ...ENVELOPE, choices: [choice('', 'length')], usage: null },
      { ...ENVELOPE, choices: [], usage: USAGE },
    ])
  })

  const scored = (text: string, logprob: number | null, change: Partial<ScoredToken> = {}): ScoredToken => ({
    text,
    bytes: null,
    logprob,
    top: logprob === null ? [] : [{ text: 'x', bytes: null, logprob: -0.5 }],
    isControl: false,
    ...change,
  })
  const choiceStart = (index: number): CompletionEvent => ({ type: 'choice-start', index })
  const choiceEnd: CompletionEvent = { type: 'choice-end', stopReason: 'max-tokens', stopSequence: null }

  describe('with scored tokens', () => {
    const PROMPT: CompletionEvent = {
      type: 'prompt-tokens',
      tokens: [scored('<s>', null, { isControl: true }), scored('On', -2), scored('ce', -3)],
    }
    const TOKENS: CompletionEvent = { type: 'completion-tokens', tokens: [scored('H', -1), scored('i', -4)] }
    const all = {
      tokens: ['<s>', 'On', 'ce', 'H', 'i'],
      token_logprobs: [null, -2, -3, -1, -4],
      top_logprobs: [null, { x: -0.5, On: -2 }, { x: -0.5, ce: -3 }, { x: -0.5, H: -1 }, { x: -0.5, i: -4 }],
      text_offset: [0, 0, 2, 4, 5],
    }

    it('lists the tokens of prompt and completion', () => {
      const body = format({ echoes: ['Once'], topLogprobs: 1 }).body([START, PROMPT, TOKENS, HI, END])
      expect(body).toMatchObject({ choices: [{ text: 'OnceHi', logprobs: all }] })
      const unnamed = format({ topLogprobs: 0 }).body([START, TOKENS, HI, END])
      expect(unnamed).toMatchObject({ choices: [{ logprobs: { tokens: ['H', 'i'], top_logprobs: null } }] })
    })

    it('streams the same, piece by piece', () => {
      const writer = format({ echoes: ['Once'], topLogprobs: 1 }).streamWriter()
      const pieces: CompletionEvent[] = [
        PROMPT,
        TOKENS,
        { type: 'text-delta', text: 'H', completionTokens: 1 },
        { type: 'text-delta', text: 'i', completionTokens: 1 },
        END,
      ]
      const text = writer.open(START) + pieces.map((event) => writer.write([event])).join('')
      const data = readEvents(text).map((event) => event.data)
      data.pop()
      const choices = data.map((json) => JSON.parse(json).choices[0])
      expect(choices.map((one) => [one.text, one.logprobs.tokens])).toEqual([
        ['Once', []],
        ['', ['<s>', 'On', 'ce']],
        ['H', ['H']],
        ['i', ['i']],
        ['', []],
      ])
      expect(choices.flatMap((one) => one.logprobs.text_offset)).toEqual(all.text_offset)
    })

    it('repeats the text of a prompt that came as tokens', () => {
      const bytes = [...Buffer.from('é')]
      const prompt: CompletionEvent = {
        type: 'prompt-tokens',
        tokens: [
          scored('<s>', null, { isControl: true }),
          scored('\ufffd', -1, { bytes: bytes.slice(0, 1) }),
          scored('\ufffd', -1, { bytes: bytes.slice(1) }),
        ],
      }
      const body = format({ topLogprobs: 0 }).body([START, prompt, HI, END])
      expect(body).toMatchObject({
        choices: [{ text: 'éHi', logprobs: { tokens: ['<s>', 'bytes:\\xc3', 'bytes:\\xa9'] } }],
      })
    })

    it('lists the token that ended the text, but none of a stop sequence', () => {
      const ending: CompletionEvent = {
        type: 'completion-tokens',
        tokens: [scored('Hi', -1), scored('</s>', -2, { isControl: true })],
      }
      const ended: CompletionEvent = {
        type: 'completion-end',
        stopReason: 'end-of-generation',
        stopSequence: null,
      }
      const tokensOf = (...events: CompletionEvent[]) => {
        const body = format({ topLogprobs: 0 }).body([START, ...events]) as {
          choices: { logprobs: { tokens: string[] } }[]
        }
        return body.choices[0]?.logprobs.tokens
      }
      expect(tokensOf(ending, HI, ended)).toEqual(['Hi', '</s>'])
      const stopped: CompletionEvent = {
        type: 'completion-end',
        stopReason: 'stop-sequence',
        stopSequence: 'END',
      }
      const more: CompletionEvent = {
        type: 'completion-tokens',
        tokens: [scored('Hi', -1), scored('END', -2)],
      }
      expect(tokensOf(more, HI, stopped)).toEqual(['Hi'])
    })
  })

  describe('with several choices', () => {
    const text = (words: string): CompletionEvent => ({
      type: 'text-delta',
      text: words,
      completionTokens: 1,
    })
    const events = [
      choiceStart(1),
      text('b'),
      choiceStart(0),
      text('a'),
      choiceEnd,
      choiceStart(1),
      text('B'),
      choiceEnd,
      END,
    ]

    it('puts each text into its choice', () => {
      expect(format({ echoes: ['E', ''] }).body([START, ...events])).toMatchObject({
        choices: [
          { ...choice('Ea', 'length'), index: 0 },
          { ...choice('bB', 'length'), index: 1 },
        ],
      })
    })

    it('streams them as they come, each with its index', () => {
      const writer = format({ echoes: ['E', ''], includeUsage: true }).streamWriter()
      const data = readEvents(writer.open(START) + writer.write(events)).map((event) => event.data)
      expect(data.pop()).toBe('[DONE]')
      const choices = data.flatMap((json) => JSON.parse(json).choices)
      expect(choices.map((one) => [one.index, one.text, one.finish_reason])).toEqual([
        [1, 'b', null],
        [0, 'Ea', null],
        [0, '', 'length'],
        [1, 'B', null],
        [1, '', 'length'],
      ])
    })
  })
})

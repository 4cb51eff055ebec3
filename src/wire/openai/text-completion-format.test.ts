import { describe, expect, it } from 'vitest'
import { readEvents } from '../../../test/conformance/read-events.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
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
  textCompletionFormat({ modelId: 'm', echo: '', includeUsage: false, nowMs: 1999, ...change })
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
    expect(format({ echo: 'E' }).body(events)).toMatchObject({ choices: [choice('EHi', 'length')] })
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
    expect(stream({ echo: 'E', includeUsage: true })).toEqual([
      { ...ENVELOPE, choices: [choice('E', null)], usage: null },
      { ...ENVELOPE, choices: [choice('Hi', null)], usage: null },
      { ...ENVELOPE, choices: [choice('', 'length')], usage: null },
      { ...ENVELOPE, choices: [], usage: USAGE },
    ])
  })
})

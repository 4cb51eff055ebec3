import { describe, expect, it } from 'vitest'
import { accumulate } from '../../../test/conformance/accumulate-message.ts'
import { readEvents } from '../../../test/conformance/read-events.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { uncachedInput } from '../../conversation/input-usage.ts'
import { MessageStreamWriter } from './message-stream.ts'

const END: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
const HI: CompletionEvent = { type: 'text-delta', text: 'Hi', completionTokens: 1 }
const USAGE: CompletionEvent = { type: 'prompt-usage', promptTokens: 9, reusedPromptTokens: 2 }

function newWriter() {
  let settledCount = 0
  const writer = new MessageStreamWriter({
    id: 'msg_1',
    modelId: 'm',
    knowsFullWindow: false,
    appliedEdits: null,
    inputUsageOf(promptTokens) {
      settledCount += 1
      return uncachedInput(promptTokens)
    },
    sign: (thinking) => `signed ${thinking}`,
  })
  return { writer, settledCount: () => settledCount }
}

/** The input tokens that the start and the end of a stream tell. */
function told(text: string) {
  const events = readEvents(text).map(({ data }) => JSON.parse(data))
  return [
    events.find(({ type }) => type === 'message_start')?.message.usage.input_tokens,
    events.find(({ type }) => type === 'message_delta')?.usage.input_tokens,
  ]
}

describe('MessageStreamWriter, where the prompt’s tokens are told later', () => {
  it('waits for them before it begins', () => {
    const { writer, settledCount } = newWriter()
    expect(writer.open({ promptTokens: null })).toBe('')
    expect(told(writer.write([USAGE]) + writer.write([HI]) + writer.write([END]))).toEqual([9, 9])
    expect(settledCount()).toBe(1)
  })

  it('looks for them behind the first words, in the same piece', () => {
    const { writer } = newWriter()
    writer.open({ promptTokens: null })
    expect(told(writer.write([HI, USAGE, END]))).toEqual([9, 9])
  })

  it('waits no longer than for the first words, or for a ping', () => {
    for (const first of [
      (writer: MessageStreamWriter) => writer.write([HI]),
      (writer: MessageStreamWriter) => writer.ping(),
    ]) {
      const { writer, settledCount } = newWriter()
      writer.open({ promptTokens: null })
      const text = first(writer) + writer.write([HI, USAGE, USAGE, END])
      expect(told(text)).toEqual([0, 9])
      expect(settledCount()).toBe(1)
      expect(readEvents(text)[0]?.name).toBe('message_start')
    }
  })

  it('ends without them if they never come', () => {
    const { writer } = newWriter()
    expect(told(writer.open({ promptTokens: null }) + writer.write([HI, END]))).toEqual([0, 0])
  })
})

it('the text after a call is a block of its own, and so is a second thought', () => {
  const { writer } = newWriter()
  const text =
    writer.open({ promptTokens: 3 }) +
    writer.write([
      { type: 'thinking-delta', text: 'a', completionTokens: 1 },
      HI,
      { type: 'tool-call-start', id: 'not valid!', name: 't', completionTokens: 1 },
      HI,
      END,
    ])
  const events = readEvents(text).flatMap(({ name, data }) => (name === 'ping' ? [] : [JSON.parse(data)]))
  expect(accumulate(events).content).toEqual([
    { type: 'thinking', thinking: 'a', signature: 'signed a' },
    { type: 'text', text: 'Hi' },
    { type: 'tool_use', id: expect.stringMatching(/^toolu_/), name: 't', input: {} },
    { type: 'text', text: 'Hi' },
  ])
})

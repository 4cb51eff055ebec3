import { describe, expect, it } from 'vitest'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { uncachedInput } from '../../conversation/input-usage.ts'
import { messageBody } from './message-body.ts'
import type { MessageOptions } from './message-options.ts'

const RESPONSE: MessageOptions = {
  id: 'msg_1',
  modelId: 'm',
  knowsFullWindow: false,
  serviceTier: 'standard',
  appliedEdits: null,
  inputUsageOf: uncachedInput,
  sign: (thinking) => `signed ${thinking}`,
}
const START: CompletionEvent = { type: 'completion-start', promptTokens: 9 }
const HI: CompletionEvent = { type: 'text-delta', text: 'Hi', completionTokens: 2 }

const bodyOf = (events: readonly CompletionEvent[], change: Partial<MessageOptions> = {}) =>
  messageBody({ ...RESPONSE, ...change }, events)

describe('messageBody', () => {
  it('has the API’s keys in their order', () => {
    const end: CompletionEvent = { type: 'completion-end', stopReason: 'stop-sequence', stopSequence: 'X' }
    const body = bodyOf([START, HI, end], { appliedEdits: [] })
    expect(Object.keys(body)).toEqual([
      'model',
      'id',
      'type',
      'role',
      'content',
      'stop_reason',
      'stop_sequence',
      'usage',
      'context_management',
    ])
    expect(body).toMatchObject({
      model: 'm',
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'X',
      usage: { input_tokens: 9, output_tokens: 2 },
    })
  })

  it('has null for the stop reason of a completion that has not ended, and no context_management unasked', () => {
    const body = bodyOf([HI])
    expect(body).toMatchObject({ stop_reason: null, stop_sequence: null, usage: { input_tokens: 0 } })
    expect(body).not.toHaveProperty('context_management')
  })

  it.each([
    [false, 'max_tokens'],
    [true, 'model_context_window_exceeded'],
  ])('with knowsFullWindow %s names a full window %s', (knowsFullWindow, stop_reason) => {
    const end: CompletionEvent = { type: 'completion-end', stopReason: 'context-window', stopSequence: null }
    expect(bodyOf([HI, end], { knowsFullWindow })).toMatchObject({ stop_reason })
  })

  it('signs thinking unless the engine did', () => {
    const thinking: CompletionEvent = { type: 'thinking-delta', text: 'a', completionTokens: 1 }
    expect(bodyOf([thinking])).toMatchObject({
      content: [{ type: 'thinking', thinking: 'a', signature: 'signed a' }],
    })
    expect(bodyOf([thinking, { type: 'thinking-signature', signature: 's' }])).toMatchObject({
      content: [{ type: 'thinking', thinking: 'a', signature: 's' }],
    })
  })

  it('leaves the text of thinking out where it is not wanted, and names the toolset of a call', () => {
    const thinking: CompletionEvent = { type: 'thinking-delta', text: 'a', completionTokens: 4 }
    const call: CompletionEvent = { type: 'tool-call-start', id: 'c', name: 'zoom', completionTokens: 1 }
    const options = { omitsThinking: true, toolsetOf: () => 'computer' }
    expect(bodyOf([START, thinking, call], options)).toMatchObject({
      content: [
        { type: 'thinking', thinking: '', signature: 'signed ' },
        { type: 'tool_use', name: 'zoom', toolset_name: 'computer' },
      ],
    })
  })

  it('has the fields of the newest version for clients that know it', () => {
    const thinking: CompletionEvent = { type: 'thinking-delta', text: 'a', completionTokens: 4 }
    expect(bodyOf([START, thinking, HI], { newest: { inferenceGeo: 'global' } })).toMatchObject({
      ...{ container: null, diagnostics: null, stop_details: null },
      usage: {
        output_tokens: 6,
        output_tokens_details: { thinking_tokens: 4 },
        ...{ server_tool_use: null, inference_geo: 'global', speed: 'standard' },
      },
    })
  })

  it('reads the input of a tool call', () => {
    const call: CompletionEvent = { type: 'tool-call-start', id: 'c1', name: 't', completionTokens: 1 }
    const input: CompletionEvent = { type: 'tool-input-delta', json: '{"a":1', completionTokens: 1 }
    expect(bodyOf([call, input])).toMatchObject({
      content: [{ type: 'tool_use', id: 'c1', name: 't', input: { a: 1 } }],
    })
  })
})

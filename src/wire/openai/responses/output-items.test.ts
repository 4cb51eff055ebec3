import { describe, expect, it } from 'vitest'
import type { CollectedPart } from '../../../completion/collected-completion.ts'
import { customInput, outputItem, referablePart, unitsOf } from './output-items.ts'

const OPTIONS = {
  customTools: new Set(['patch']),
  namespacedNames: new Map([['sky__weather', { namespace: 'sky', name: 'weather' }]]),
  scores: [{ token: 'Hi' }],
}
const call = (name: string, json: string): CollectedPart => ({ type: 'tool-call', id: 'call_1', name, json })

describe('outputItem', () => {
  it('is a message for a text, with its scores', () => {
    expect(outputItem({ type: 'text', text: 'Hi' }, 'completed', OPTIONS)).toEqual({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'Hi', annotations: [], logprobs: [{ token: 'Hi' }] }],
    })
  })

  it('marks the signature of thinking as ours', () => {
    const thinking: CollectedPart = { type: 'thinking', text: 'Well', signature: 'abc' }
    expect(outputItem(thinking, 'completed', OPTIONS)).toMatchObject({
      id: expect.stringMatching(/^rs_/),
      summary: [{ type: 'summary_text', text: 'Well' }],
      encrypted_content: 'continuo:abc',
    })
  })

  it.each([
    ['a function', 'look', '{"at":1}', { type: 'function_call', name: 'look', arguments: '{"at":1}' }],
    ['a function without input', 'look', '', { type: 'function_call', name: 'look', arguments: '{}' }],
    [
      'a tool of a namespace',
      'sky__weather',
      '{}',
      { type: 'function_call', namespace: 'sky', name: 'weather' },
    ],
    ['a custom tool', 'patch', '{"input":"+a"}', { type: 'custom_tool_call', name: 'patch', input: '+a' }],
  ])('is the call of %s', (_, name, json, expected) => {
    expect(outputItem(call(name, json), 'completed', OPTIONS)).toMatchObject({
      ...expected,
      call_id: expect.any(String),
    })
  })
})

describe('customInput', () => {
  it('is the JSON itself where it broke off', () => {
    expect(customInput('{"input":"+a')).toBe('{"input":"+a')
  })
})

describe('referablePart', () => {
  const item = { id: 'fc_1', type: 'function_call', call_id: 'call_2' }

  it('parses the input of a call, and names it by the id that the client received', () => {
    expect(referablePart(call('look', '{"at":1}'), item)).toEqual({
      type: 'tool-call',
      id: 'call_2',
      name: 'look',
      input: { at: 1 },
    })
    expect(referablePart(call('look', ''), item)).toMatchObject({ input: {} })
  })

  it.each([
    ['breaks off', '{"at":'],
    ['is no object', '[1]'],
    ['is too long to parse in one piece', `{"at":"${'a'.repeat(65_536)}"}`],
  ])('is null for a call whose input %s', (_, json) => {
    expect(referablePart(call('look', json), item)).toBeNull()
  })
})

describe('unitsOf', () => {
  it('counts the text of a part, or the input of a call', () => {
    expect(unitsOf({ type: 'text', text: 'four' })).toBe(4)
    expect(unitsOf(call('look', '{}'))).toBe(2)
  })
})
